"""A file made from another: values laid over it, inputs fixed, parts of a second file."""
