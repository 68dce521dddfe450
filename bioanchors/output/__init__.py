"""Forecasts as text, tables, files and figures."""
