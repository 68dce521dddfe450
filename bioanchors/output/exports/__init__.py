"""Forecasts for a paper, a spreadsheet, a forecasting site, another program; and back.

Each format is one small file with a ``write`` function; ``FORMATS`` names them.
"""
