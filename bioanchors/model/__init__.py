"""The 2020 model as pure functions: plain arrays in, plain arrays out, all of it in log10."""
