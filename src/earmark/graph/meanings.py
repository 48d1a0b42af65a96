"""Reads what a store says of a concept to a person, once until something is written."""

from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from . import terms as t
from .queries import ENGLISH
from .store import Store


class Meaning(NamedTuple):
    """A concept in words: its label in a language, all else in English."""

    notation: str
    label: str
    definition: str | None
    high: str | None
    low: str | None
    unit: str | None


def meaning(store: Store, concept: str, lang: str) -> Meaning:
    """What a concept is called in a language, or else in English, and what it means."""
    known: Meaning | None = store.remembered.get((concept, lang))
    if known is None:
        known = store.remembered[concept, lang] = _read(store, concept, lang)
    return known


def _read(store: Store, concept: str, lang: str) -> Meaning:
    said: dict[tuple[NamedNode, str | None], str] = {}
    for quad in store.quads(subject=NamedNode(concept)):
        if isinstance(quad.object, Literal):
            said[quad.predicate, quad.object.language] = quad.object.value
        elif isinstance(quad.object, NamedNode):
            said[quad.predicate, None] = quad.object.value
    notation = said.get((t.NOTATION, None), concept)
    english = said.get((t.PREF_LABEL, ENGLISH), notation)
    return Meaning(
        notation=notation,
        label=said.get((t.PREF_LABEL, lang), english),
        definition=said.get((t.DEFINITION, ENGLISH)),
        high=said.get((t.HIGH_MEANS, ENGLISH)),
        low=said.get((t.LOW_MEANS, ENGLISH)),
        unit=said.get((t.UNIT, None)),
    )
