"""A feature is declared once, wholly, and found wherever it is offered."""

import math
import re
import sys
from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from earmark.errors import FeatureError
from earmark.percepts import Hearing, available, feature, features_version, named
from earmark.percepts import registry as catalogue
from earmark.percepts.meaning import meaning
from earmark.types import Clip, Missing

GOOD = """How soft it is.

    High values mean a soft sound, such as
    down. Low values mean a hard one.

    A remark.

    References
    ----------
    .. [1] A. Author, "Down", 2001.
    .. [2] B. Author, "Up",
       2002.

    Examples
    --------
    >>> 1
    1
    """

DECLARATION = {"unit": "unit:UNITLESS", "bounds": (0.0, 1.0), "aggregate": "mean"}

Measure = Callable[[Hearing], float | Missing]


def measured_as(value: float | Missing) -> Measure:
    def softness(_: Hearing) -> float | Missing:
        return value

    softness.__doc__ = GOOD
    return softness


def hearing() -> Hearing:
    return Hearing(Clip(np.linspace(-1, 1, 2048, dtype=np.float32), 22050))


def test_the_docstring_says_what_a_feature_means() -> None:
    said = meaning("softness", GOOD)
    assert said.summary == "How soft it is"
    assert said.high == "a soft sound, such as down"
    assert said.low == "a hard one"
    assert said.reference == 'A. Author, "Down", 2001. B. Author, "Up", 2002.'


@pytest.mark.parametrize(
    ("cut", "lacking"),
    [
        (r"\AHow soft it is\.", "summary"),
        (r"High values mean", "high"),
        (r"Low values mean", "low"),
        (r"References\n    -+", "reference"),
        (r"(?s).*", "summary"),
    ],
)
def test_a_docstring_that_lacks_a_part_is_refused(cut: str, lacking: str) -> None:
    with pytest.raises(FeatureError, match=f"feature 'softness' has no {lacking}: "):
        meaning("softness", re.sub(cut, "", GOOD))


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"aggregate": "median"}, "give one of mean, rate, ratio, global"),
        ({"kind": "visual"}, "give one of audio, symbolic, lyrics, neural"),
        ({"unit": "Hz"}, "give a QUDT unit such as unit:HZ"),
        ({"bounds": (1.0, 0.0)}, "give a lower and a higher number"),
        ({"bounds": (math.nan, 1.0)}, "give a lower and a higher number"),
    ],
)
def test_a_wrong_declaration_is_refused(wrong: dict[str, object], remedy: str) -> None:
    declaration: dict[str, object] = DECLARATION | wrong
    with pytest.raises(FeatureError, match=f"feature 'softness' has the .*: {remedy}"):
        feature(**declaration)(measured_as(0.5))  # type: ignore[arg-type]


def declared(measure: Measure) -> catalogue.Feature:
    return catalogue._DECLARED[
        feature(unit="unit:UNITLESS", bounds=(0.0, 1.0), aggregate="mean", version=3)(measure)
    ]


def test_a_declared_function_stays_a_function() -> None:
    measure = measured_as(0.25)
    one = declared(measure)
    assert one.measure is measure
    assert one.procedure == "softness/3"
    assert one.concept.label == "softness"
    assert one.value(hearing()) == 0.25


@pytest.mark.parametrize("value", [math.nan, math.inf, -0.1, 1.1])
def test_an_impossible_value_is_a_mistake_of_the_feature(value: float) -> None:
    with pytest.raises(FeatureError, match=r"outside its bounds 0\.0 to 1\.0"):
        declared(measured_as(value)).value(hearing())


def test_what_is_undefined_says_why() -> None:
    assert declared(measured_as(Missing("no reason"))).value(hearing()) == Missing("no reason")


def test_features_come_sorted_and_once() -> None:
    notations = [one.concept.notation for one in available()]
    assert notations == sorted(set(notations))
    assert {"spectral_centroid", "tempo", "minorness"} <= set(notations)


def test_only_what_a_package_offers_is_available() -> None:
    declared(measured_as(0.5))
    assert "softness" not in [one.concept.notation for one in available()]


def test_a_name_that_is_taken_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def tempo(_: Hearing) -> float | Missing:
        return 0.5

    tempo.__doc__ = GOOD
    declared(tempo)
    monkeypatch.setattr("earmark.features.tonality.tempo", tempo, raising=False)
    with pytest.raises(FeatureError, match="feature 'tempo' is registered twice"):
        available.__wrapped__()


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(FeatureError, match=r"no feature is called 'tempi': there are .*tempo"):
        named("tempi")


def test_the_version_names_the_procedures(monkeypatch: pytest.MonkeyPatch) -> None:
    before = features_version()
    assert re.fullmatch("[0-9a-f]{8}", before)
    fewer = available()[1:]
    monkeypatch.setattr(catalogue, "available", lambda: fewer)
    assert features_version() != before


def test_a_feature_belongs_to_the_family_that_its_module_is_about() -> None:
    tempo = named("tempo")
    assert tempo.concept.broader == tempo.family.notation == "rhythm"
    assert tempo.family.definition == "How fast the music goes, and how many notes it has"


def test_a_module_that_says_nothing_of_its_features_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent = measured_as(0.5)
    silent.__module__ = "a_module_without_words"
    monkeypatch.setitem(sys.modules, silent.__module__, ModuleType(silent.__module__))
    with pytest.raises(FeatureError, match="no docstring"):
        feature(unit="unit:UNITLESS", bounds=(0.0, 1.0), aggregate="mean")(silent)
