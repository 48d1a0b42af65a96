"""The version of this code; the ontology has one of its own."""

__version__ = "0.1.0"
