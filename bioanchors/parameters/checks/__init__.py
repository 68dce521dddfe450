"""What is wrong with a merged tree, and what may be."""
