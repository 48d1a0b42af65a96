"""Weighs clusters of features: values in, tags with additive reasons out."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .saved import load, save
from .tag_model import TagModel

if TYPE_CHECKING:
    from .banded_ridge import BandedRidge
    from .training import fit_tags

__all__ = ["BandedRidge", "TagModel", "fit_tags", "load", "save"]

# Training brings scipy's optimisers and the estimator scikit-learn, which take longer
# to import than a model takes to score.
_WHEN_ASKED = {"BandedRidge": ".banded_ridge", "fit_tags": ".training"}


def __getattr__(name: str) -> Any:
    if name in _WHEN_ASKED:
        return getattr(import_module(_WHEN_ASKED[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
