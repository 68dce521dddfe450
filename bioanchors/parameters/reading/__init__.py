"""From a file, its parents and the tables of numbers that they name to one merged tree."""
