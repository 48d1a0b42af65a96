"""Groups features by what they mean."""

from .grouping import UNPLACED, group
from .meaning import sentence

__all__ = ["UNPLACED", "group", "sentence"]
