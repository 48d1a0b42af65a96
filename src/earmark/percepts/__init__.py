"""One listening of one clip, and the catalogue of what can be heard in it."""

from .hearing import Hearing
from .listening import listen
from .registry import Feature, available, feature, features_version, named

__all__ = ["Feature", "Hearing", "available", "feature", "features_version", "listen", "named"]
