"""Takes RDF that somebody else wrote into a store: all of a file, or nothing.

A quad keeps its graph, which must be one of the store's own kinds; triples that come
without a graph go to one that is named after what they say. A graph that tells of one
thing (a track, a model) is replaced, one that collects (runs, links) is added to.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import pyoxigraph as ox

from earmark.errors import GraphError
from earmark.vocab import EAR, SKOS, VOC, knows

from . import check
from . import terms as t
from .exporting import track_of
from .links import alignments
from .names import GRAPH_KINDS
from .reading import Reading, iri
from .rules import conclude
from .shapes import Finding
from .store import Store

# Graphs that hold many things, to which an import adds.
_COLLECTIONS = {"runs", "links", "imported"}
# Where files lie on somebody's disk is nobody else's business.
_REFUSED_KINDS = {"files"}
_LONGEST = 1_000_000
_BROADER = ox.NamedNode(SKOS.broader)
_OURS = (EAR.iri, VOC, "https://w3id.org/earmark/ont/")
# These turn the reading direction around, so that a label shows other words than it holds.
_OVERRIDES = ("\u202d", "\u202e")
_TOLD = 3


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed: triples by number, and the graphs that they are in."""

    added: int
    removed: int
    known: int
    graphs: tuple[str, ...]


def bring(store: Store, path: Path) -> Imported:
    """Take in a file of RDF, or raise GraphError and leave the store as it was.

    Raises
    ------
    GraphError
        The file is malformed, speaks of terms that we do not have, says something of our
        terms, holds a blank node or an overlong literal, closes a cycle of broader
        concepts, or breaks a shape or an audit together with what the store holds.
    """
    reading = Reading(path)
    lines = _read(store, reading)
    graphs = _placed(store, lines)
    graphs |= _concluded(store, graphs)
    removed, added = store.changes(graphs)
    _refuse_cycles(store, added, reading, lines)
    if findings := _findings(store, removed, added):
        told = "; ".join(str(finding) for finding in findings[:_TOLD])
        more = f"; and {len(findings) - _TOLD} more" if len(findings) > _TOLD else ""
        place = _place(findings[0].node, reading, lines)
        raise GraphError(f"{place}: not taken in, for it breaks a rule: {told}{more}")
    store.replace(graphs)
    changed = sorted({iri(quad.graph_name) for quad in removed | added})
    return Imported(len(added), len(removed), max(0, len(lines) - len(added)), tuple(changed))


# --- what a quad may be -------------------------------------------------------------


def _read(store: Store, reading: Reading) -> dict[ox.Quad, int]:
    """The quads of the file, each of which may stand by itself, and their lines."""
    judging = _Judging(store)
    lines: dict[ox.Quad, int] = {}
    for quad in reading.quads():
        if judging.is_past(quad):
            continue
        if refusal := judging.refusal(quad):
            raise GraphError(f"{reading.place(quad, reading.line)}: {refusal}")
        lines.setdefault(quad, reading.line)
    return lines


def _place(node: str, reading: Reading, lines: dict[ox.Quad, int]) -> str:
    """Where the file first speaks of a node; the file alone where it does not."""
    spoken = ((quad, line) for quad, line in lines.items() if iri(quad.subject) == node)
    return next((reading.place(quad, line) for quad, line in spoken), str(reading.path))


class _Judging:
    """Says what is wrong with one quad, if anything, knowing the ontology of the store."""

    def __init__(self, store: Store) -> None:
        self._names = store.names
        # The shipped alignments are ours too, and wait to be taken in.
        self._stated = {*store.graph(store.names.ontology_graph), *alignments()}
        self._described = {iri(triple.subject) for triple in self._stated}
        named = {triple.object.value for triple in self._stated if _is_name(triple.object)}
        self._known = {*_OURS, *self._described, *named}

    def is_past(self, quad: ox.Quad) -> bool:
        """Whether it stands in the ontology of another Earmark, which is left aside."""
        graph = iri(quad.graph_name) if _is_name(quad.graph_name) else ""
        return self._names.kind(graph) == "ontology" and graph != self._names.ontology_graph

    def refusal(self, quad: ox.Quad) -> str | None:
        """Why the quad is not taken in; None where it is."""
        parts = (quad.subject, quad.predicate, quad.object)
        return (
            next(filter(None, map(self._of_term, parts)), None)
            or self._of_triple(quad.triple)
            or self._of_graph(quad.graph_name)
        )

    def _of_term(self, term: object) -> str | None:
        if isinstance(term, ox.Literal):
            return _of_literal(term.value)
        if not _is_name(term):
            return "a blank node: give it an IRI, so that it can be cited and written again"
        if term.value in self._known:
            return None
        if term.value.startswith(_OURS) and not _is_procedure(term.value):
            return f"<{term.value}> is no term of the ontology: check its spelling"
        self._known.add(term.value)
        return None

    def _of_triple(self, triple: ox.Triple) -> str | None:
        """Only links may be added to our terms: what they mean is not for others to say."""
        subject = iri(triple.subject)
        if not subject.startswith(_OURS) or triple in self._stated:
            return None
        if triple.predicate.value.startswith(SKOS.iri) and triple.predicate.value.endswith("Match"):
            return None
        return f"<{subject}> is ours to describe: make a term of your own, and link it to this one"

    def _of_graph(self, name: object) -> str | None:
        if isinstance(name, ox.DefaultGraph):
            return None
        graph = iri(name)
        kind = self._names.kind(graph)
        if kind in _REFUSED_KINDS:
            return f"the graph <{graph}> tells where files lie and is not taken in"
        if kind is None:
            kinds = ", ".join(kind for kind in GRAPH_KINDS if kind not in _REFUSED_KINDS)
            return (
                f"the graph <{graph}> is none that this store keeps ({self._names.base}graph/ and "
                f"one of {kinds}): write out for this base with `earmark export --base`, or give "
                "Turtle, which has no graphs"
            )
        return None


def _is_name(term: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(term, ox.NamedNode)


def _of_literal(text: str) -> str | None:
    if len(text) > _LONGEST:
        return f"a literal of {len(text)} characters, more than {_LONGEST}"
    if any(sign in text for sign in _OVERRIDES):
        return "a literal that overrides the direction of reading: take U+202D and U+202E out"
    return None


def _is_procedure(iri: str) -> bool:
    """Whether it names some version of how one of our features is measured."""
    notation, _, version = iri.removeprefix(f"{VOC}procedures/").rpartition("/")
    return version.isdigit() and knows("features", notation)


# --- where it goes ------------------------------------------------------------------


def _placed(store: Store, quads: Iterable[ox.Quad]) -> dict[str, set[ox.Triple]]:
    """What each graph of the store is to hold."""
    names = store.names
    graphs: defaultdict[str, set[ox.Triple]] = defaultdict(set)
    loose = set()
    for quad in quads:
        if not isinstance(quad.graph_name, ox.NamedNode):
            loose.add(quad.triple)
        elif names.kind(quad.graph_name.value) != "ontology":
            # Every store states the ontology of its own Earmark, which has been compared.
            graphs[quad.graph_name.value].add(quad.triple)
    # Who repeats what the store knows adds nothing; else it would stand in two graphs.
    if new := {triple for triple in loose if not _states(store, triple)}:
        graphs[names.imported_graph(_digest(loose))] |= new
    for graph in graphs:
        if names.kind(graph) in _COLLECTIONS:
            graphs[graph].update(store.graph(graph))
    return dict(graphs)


def _concluded(store: Store, graphs: Mapping[str, set[ox.Triple]]) -> dict[str, set[ox.Triple]]:
    """What rules derive of the tracks that are tagged anew, where the file does not say."""
    names, concluded = store.names, {}
    for graph, triples in graphs.items():
        track = track_of(names, graph) if names.kind(graph) == "tags" else None
        if track is None or names.implied_graph(track) in graphs:
            continue
        if any(triple.predicate == t.CURRENT_RUN for triple in triples):
            heard = {
                iri(quad.graph_name)
                for quad in store.quads(value=ox.NamedNode(names.track(track)))
                if names.kind(iri(quad.graph_name)) == "track"
            }
            of_track = {name: set(store.graph(name)) for name in heard} | {
                name: said for name, said in graphs.items() if track_of(names, name) == track
            }
            for name, derived in conclude(store, track, of_track).items():
                concluded[name] = set(derived)
    return concluded


def _states(store: Store, triple: ox.Triple) -> bool:
    found = store.quads(subject=triple.subject, term=triple.predicate, value=triple.object)
    return next(found, None) is not None


def _digest(triples: Iterable[ox.Triple]) -> str:
    """Twelve hex digits of what is said, in whichever order and format."""
    lines = sorted(map(str, triples))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


# --- what holds only of the whole ---------------------------------------------------


def _refuse_cycles(
    store: Store, added: set[ox.Quad], reading: Reading, lines: dict[ox.Quad, int]
) -> None:
    """Refuse a concept that would come to be broader than itself."""
    new = sorted((quad for quad in added if quad.predicate == _BROADER), key=str)
    if not new:
        return
    broader: defaultdict[str, set[str]] = defaultdict(set)
    for quad in (*store.quads(term=_BROADER), *new):
        broader[iri(quad.subject)].add(iri(quad.object))
    for quad in new:
        node = iri(quad.subject)
        if node in _all_above(node, broader):
            place = _place(node, reading, lines)
            raise GraphError(f"{place}: <{node}> would be broader than itself (skos:broader)")


def _all_above(node: str, broader: Mapping[str, set[str]]) -> set[str]:
    above: set[str] = set()
    todo = [node]
    while todo:
        fresh = broader.get(todo.pop(), set()) - above
        above |= fresh
        todo += fresh
    return above


def _findings(store: Store, removed: set[ox.Quad], added: set[ox.Quad]) -> list[Finding]:
    """What shapes and audits find in the changes and in all that these touch."""
    after = _context(store, removed, added) - removed | added
    after.update(store.quads(graph=store.names.ontology_graph))
    return check.judge(after)


def _context(store: Store, removed: set[ox.Quad], added: set[ox.Quad]) -> set[ox.Quad]:
    """What the store says of that which changes, of that which this speaks of, and so on.

    A track leads to its own graphs, its run and its model, and to no other track.
    """
    context = _Context(store)
    for quad in (*removed, *added):
        context.reach(quad.subject, quad.object)
    # Where a description goes, those that refer to it matter too.
    for node in {quad.subject for quad in removed}:
        context.reach(*(quad.subject for quad in store.quads(value=node)))
    return context.quads()


class _Context:
    """Nodes that were reached, and what the store says of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._quads: set[ox.Quad] = set()
        self._graphs = {store.names.ontology_graph}
        self._seen: set[ox.NamedNode] = set()
        self._todo: list[ox.NamedNode] = []

    def reach(self, *nodes: object) -> None:
        """Look at these nodes too, unless that was done."""
        for node in nodes:
            if isinstance(node, ox.NamedNode) and node not in self._seen:
                self._seen.add(node)
                self._todo.append(node)

    def quads(self) -> set[ox.Quad]:
        """Whole graphs that describe what was reached; of collections, only those lines."""
        while self._todo:
            for quad in self._store.quads(subject=self._todo.pop()):
                self._take(quad)
        return self._quads

    def _take(self, quad: ox.Quad) -> None:
        graph = iri(quad.graph_name)
        if self._store.names.kind(graph) in _COLLECTIONS:
            self._quads.add(quad)
            self.reach(quad.object)
        elif graph not in self._graphs:
            self._graphs.add(graph)
            for one in self._store.quads(graph=graph):
                self._quads.add(one)
                self.reach(one.subject, one.object)
