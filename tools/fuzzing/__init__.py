"""Hostile inputs and kills, for hours."""
