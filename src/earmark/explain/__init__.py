"""Puts into words why a track has a tag, from the graph and nothing else."""
