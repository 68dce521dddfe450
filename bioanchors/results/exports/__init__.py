"""Forecasts for a paper, a spreadsheet, a forecasting site, another program; and back.

Each format is one file, whose ``content`` returns text or bytes, and a row of
``formats/registry.py``.
"""
