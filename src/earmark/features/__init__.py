"""The percepts that ship with Earmark, a file to a family, a function to a feature."""
