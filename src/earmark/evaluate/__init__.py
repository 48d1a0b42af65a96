"""Measures models on tracks, and artists, that they have not learnt from."""

from .evaluation import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
