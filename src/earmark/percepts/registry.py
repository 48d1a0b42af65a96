"""The catalogue of features, each declared once by one decorated function."""

import hashlib
import importlib
import inspect
import math
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType

from earmark.errors import FeatureError
from earmark.types import Concept, Missing

from .hearing import Hearing
from .meaning import meaning

Measure = Callable[[Hearing], float | Missing]

_OWN_PACKAGE = "earmark.features"
_ENTRY_POINTS = "earmark.features"

# How the value of a whole track is made from shorter stretches of it.
_AGGREGATES = ("mean", "rate", "ratio", "global")
_KINDS = ("audio", "symbolic", "lyrics", "neural")


@dataclass(frozen=True, slots=True)
class Feature:
    """A percept that can be measured: what it means, and how it is done.

    ``family`` is the aspect of music it belongs to. ``unit`` is a QUDT unit such as
    ``unit:HZ``; ``bounds`` are the least and the greatest value it can take, infinite
    where there is none. ``version`` grows whenever the same sound would give another
    value.
    """

    concept: Concept
    family: Concept
    unit: str
    bounds: tuple[float, float]
    aggregate: str
    kind: str
    reference: str
    version: int
    measure: Measure

    @property
    def procedure(self) -> str:
        """The definition that is followed, as ``notation/version``."""
        return f"{self.concept.notation}/{self.version}"

    def value(self, hearing: Hearing) -> float | Missing:
        """What is measured in one hearing, or the reason why nothing is.

        Raises FeatureError where a number is not finite or outside the bounds: that
        is a mistake in the feature, never a property of the music.
        """
        value = self.measure(hearing)
        if isinstance(value, Missing):
            return value
        low, high = self.bounds
        if not (math.isfinite(value) and low <= value <= high):
            raise FeatureError(
                f"feature '{self.concept.notation}' measured {value}, outside its bounds "
                f"{low} to {high}: mend the feature or its bounds"
            )
        return float(value)


_DECLARED: dict[Measure, Feature] = {}


def feature(
    *,
    unit: str,
    bounds: tuple[float, float],
    aggregate: str,
    kind: str = "audio",
    version: int = 1,
    label: str = "",
) -> Callable[[Measure], Measure]:
    """Declare the decorated function of a Hearing to be a feature.

    The function's name is the notation; its docstring says the rest: the summary is
    the definition, "High values mean ..." and "Low values mean ..." its two ends, the
    section References its source. The label is the notation with spaces unless given.
    Its family is the module it stands in, and the module's first line what that is.
    """

    def declare(measure: Measure) -> Measure:
        notation = measure.__name__
        _check(notation, unit, bounds, aggregate, kind)
        said = meaning(notation, measure.__doc__ or "")
        family = _family(measure.__module__)
        concept = Concept(
            notation=notation,
            label=label or notation.replace("_", " "),
            definition=said.summary,
            high=said.high,
            low=said.low,
            broader=family.notation,
        )
        _DECLARED[measure] = Feature(
            concept, family, unit, bounds, aggregate, kind, said.reference, version, measure
        )
        return measure

    return declare


def _family(module: str) -> Concept:
    """The aspect of music that a module is about."""
    notation = module.rpartition(".")[2]
    definition = (sys.modules[module].__doc__ or "").strip().partition("\n")[0].rstrip(".")
    if not definition:
        raise FeatureError(f"module {module} has no docstring: say what its features are about")
    return Concept(notation, notation.replace("_", " "), definition)


def _check(
    notation: str, unit: str, bounds: tuple[float, float], aggregate: str, kind: str
) -> None:
    demands = (
        (re.fullmatch(r"unit:[\w-]+", unit), "unit", unit, "a QUDT unit such as unit:HZ"),
        (bounds[0] < bounds[1], "bounds", bounds, "a lower and a higher number"),
        (aggregate in _AGGREGATES, "aggregate", aggregate, f"one of {', '.join(_AGGREGATES)}"),
        (kind in _KINDS, "kind", kind, f"one of {', '.join(_KINDS)}"),
    )
    for met, what, given, wanted in demands:
        if not met:
            raise FeatureError(f"feature '{notation}' has the {what} {given!r}: give {wanted}")


@cache
def available() -> tuple[Feature, ...]:
    """All features, Earmark's own and those of installed plug-ins, by notation.

    A plug-in is a module or package that an installed distribution names in the
    entry-point group ``earmark.features``.
    """
    found: dict[str, Feature] = {}
    for module in _modules():
        for one in _declared_in(module):
            notation = one.concept.notation
            if found.setdefault(notation, one) is not one:
                raise FeatureError(
                    f"feature '{notation}' is registered twice, the second time in "
                    f"{module.__name__}: rename one of them"
                )
    return tuple(found[notation] for notation in sorted(found))


def _modules() -> Iterator[ModuleType]:
    yield from _with_submodules(importlib.import_module(_OWN_PACKAGE))
    for point in sorted(entry_points(group=_ENTRY_POINTS), key=lambda point: point.name):
        try:
            plug_in = importlib.import_module(point.value)
        except ImportError as error:
            raise FeatureError(
                f"plug-in '{point.name}' names {point.value}, which cannot be imported "
                f"({error}): repair or uninstall it"
            ) from error
        yield from _with_submodules(plug_in)


def _with_submodules(module: ModuleType) -> Iterator[ModuleType]:
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        yield importlib.import_module(f"{module.__name__}.{found.name}")


def _declared_in(module: ModuleType) -> list[Feature]:
    functions = (value for value in vars(module).values() if inspect.isfunction(value))
    return [_DECLARED[function] for function in functions if function in _DECLARED]


def named(notation: str) -> Feature:
    """The feature of that notation.

    >>> named("spectral_centroid").unit
    'unit:HZ'
    """
    features = {one.concept.notation: one for one in available()}
    if notation not in features:
        raise FeatureError(f"no feature is called '{notation}': there are {', '.join(features)}")
    return features[notation]


def features_version() -> str:
    """Eight hex digits that name the set of procedures in use.

    Any feature that is added, removed or given a new version changes them.
    """
    procedures = "\n".join(one.procedure for one in available())
    return hashlib.sha256(procedures.encode()).hexdigest()[:8]
