"""Derives what follows from the graphs of a track by rules in SPARQL, run in order.

A rule is a CONSTRUCT query that begins with what it says and names its label and its
reference. It sees what earlier rules gave and never itself, so there is no recursion;
it names nodes after their premises, so deriving twice gives the same.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from earmark.errors import GraphError
from earmark.resources import shipped

from . import terms as t
from .queries import TagsGraphRow
from .store import Graphs, Store, quads_of

_HEADER = re.compile(r"\A# (?P<says>.+)\n# label: (?P<label>.+)\n# reference: (?P<reference>.+)\n")
# What leads from the graphs of a track to the concepts that rules ask about.
_NAMES_A_CONCEPT = (t.HAS_TAG, t.FUNCTION)


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be concluded, in a sentence and in SPARQL; ``order`` is when it is run."""

    notation: str
    order: int
    says: str
    label: str
    reference: str
    text: str


@cache
def available() -> tuple[Rule, ...]:
    """The shipped rules in the order in which they are run.

    >>> [rule.notation for rule in available()][0]
    'broader-tags'
    """
    return tuple(map(_read, sorted(shipped("ontology", "rules").glob("*.rq"))))


def conclude(store: Store, track: str, graphs: Graphs) -> dict[str, list[ox.Triple]]:
    """The graph of what rules derive from a track's graphs, empty where that is nothing.

    The graphs need not be written yet: replacing them and this one in a single update
    leaves nothing behind that followed from what was there before. Concepts are looked
    up in the store.
    """
    scratch = ox.Store()
    scratch.extend(quads_of(graphs))
    scratch.extend(_concepts(store, graphs))
    implied = ox.NamedNode(store.names.implied_graph(track))
    for rule in available():
        found = scratch.query(rule.text, use_default_graph_as_union=True)
        if not isinstance(found, ox.QueryTriples):
            raise GraphError(f"the rule {rule.label} is no CONSTRUCT query")
        scratch.extend([ox.Quad(s, p, o, implied) for s, p, o in found])
    derived = scratch.quads_for_pattern(None, None, None, implied)
    return {implied.value: sorted((quad.triple for quad in derived), key=str)}


def derive(store: Store, tracks: Iterable[str]) -> dict[str, list[ox.Triple]]:
    """What rules derive from tracks as they stand in the store, one graph a track.

    For use after concepts or rules have changed; `Store.replace` states it anew.
    """
    derived: dict[str, list[ox.Triple]] = {}
    for track in tracks:
        graphs = {name: store.graph(name) for name in _current_graphs(store, track)}
        derived |= conclude(store, track, graphs)
    return derived


def _read(path: Path) -> Rule:
    text = path.read_text("utf-8")
    order, _, notation = path.stem.partition("-")
    header = _HEADER.match(text)
    if header is None:
        raise GraphError(f"{path} must begin with what it says, its label and its reference")
    return Rule(notation, int(order), **header.groupdict(), text=text)


def _concepts(store: Store, graphs: Graphs) -> Iterator[ox.Quad]:
    """All that the store says of the concepts in the graphs, and of those above them."""
    waiting = [
        triple.object
        for triples in graphs.values()
        for triple in triples
        if triple.predicate in _NAMES_A_CONCEPT
    ]
    known = set()
    while waiting:
        concept = waiting.pop()
        if concept in known or not isinstance(concept, ox.NamedNode):
            continue
        known.add(concept)
        for quad in store.quads(subject=concept):
            yield quad
            if quad.predicate == t.BROADER:
                waiting.append(quad.object)


def _current_graphs(store: Store, track: str) -> Iterator[str]:
    """The graphs of a track that hold now: the recording, its percepts, its tags."""
    names = store.names
    yield names.recording_graph(track)
    for row in store.rows("tags_graph", TagsGraphRow, track=names.track(track)):
        yield row.graph
        yield names.percepts_graph(track, row.features)
