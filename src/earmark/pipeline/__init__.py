"""Composes the stages into verbs, one file each; the only package that knows them all."""
