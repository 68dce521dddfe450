"""From arrays, columns and texts to files, and back. Knows no forecast."""
