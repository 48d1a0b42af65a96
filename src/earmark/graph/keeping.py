"""Keeps a store small and sound: forgets old runs, and says where its order is broken."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from earmark.errors import StoreError

from . import terms as t
from .build import ontology
from .reading import iri
from .shapes import Finding
from .store import Store


@dataclass(frozen=True, slots=True)
class Spare:
    """What a store could do without: graphs by name, and runs by IRI."""

    tags: tuple[str, ...]
    percepts: tuple[str, ...]
    models: tuple[str, ...]
    runs: tuple[str, ...]


def spare(store: Store, *, keep_runs: int) -> Spare:
    """What only older runs need, where the last so many runs are kept.

    The run that tagged a track last is always kept for that track, however old it is.
    """
    if keep_runs < 1:
        raise StoreError(f"{keep_runs} runs cannot be kept: keep 1 or more")
    newest = _runs(store)[:keep_runs]
    tags = {graph: _run_and_track(store, graph) for graph in _graphs(store, "tags")}
    needless = {g for g, (run, _) in tags.items() if run not in newest and not _current(store, g)}
    remaining = [tags[graph] for graph in tags if graph not in needless]
    runs = set(_runs(store)) - set(newest) - {run for run, _ in remaining}
    return Spare(
        tags=tuple(sorted(needless)),
        percepts=tuple(_unheeded(store, remaining)),
        models=tuple(_unused_models(store, runs)),
        runs=tuple(sorted(runs)),
    )


def forget(store: Store, unneeded: Spare) -> int:
    """Drop all that; how many triples went.

    Nothing that is left ever refers to what is gone, even if this is cut short: a
    conclusion goes before its run, and a run before its model.
    """
    triples = 0
    for graph in (*unneeded.tags, *unneeded.percepts):
        triples += _drop(store, graph)
    triples += _forget_runs(store, unneeded.runs)
    for graph in unneeded.models:
        triples += _drop(store, graph)
    return triples


def disorder(store: Store) -> list[Finding]:
    """What no store of ours would hold, whoever wrote to it."""
    return [*_loose_quads(store), *_unknown_graphs(store), *_foreign_ontology(store)]


# --- what may go --------------------------------------------------------------------


def _runs(store: Store) -> list[str]:
    """All runs, the one that was carried out last first."""
    last: dict[str, str] = {}
    for quad in store.quads(term=t.A, value=t.RUN):
        last[iri(quad.subject)] = ""
    for quad in store.quads(term=t.OF_RUN, graph=store.names.runs_graph):
        ends = (iri(end.object) for end in store.quads(subject=quad.subject, term=t.ENDED_AT))
        run = iri(quad.object)
        last[run] = max(last.get(run, ""), *ends, "")
    return sorted(last, key=lambda run: (last[run], run), reverse=True)


def _graphs(store: Store, kind: str) -> list[str]:
    return [graph for graph in store.graphs() if store.names.kind(graph) == kind]


def _run_and_track(store: Store, graph: str) -> tuple[str, str]:
    """The run and the track of a graph of tags, or the version and track of percepts."""
    kind = store.names.kind(graph)
    path = graph.removeprefix(f"{store.names.base}graph/{kind}/")
    first, _, track = path.partition("/")
    return (f"{store.names.base}run/{first}" if kind == "tags" else first), track


def _current(store: Store, graph: str) -> bool:
    """Whether a graph of tags is of the run that tagged its track last."""
    return next(store.quads(term=t.CURRENT_RUN, graph=graph), None) is not None


def _unheeded(store: Store, remaining: list[tuple[str, str]]) -> Iterator[str]:
    """Percepts of tracks that only runs with other percepts have tagged."""
    versions = {
        iri(quad.subject): iri(quad.object) for quad in store.quads(term=t.FEATURES_VERSION)
    }
    heeded: defaultdict[str, set[str]] = defaultdict(set)
    for run, track in remaining:
        heeded[track].add(versions.get(run, ""))
    for graph in _graphs(store, "track"):
        version, track = _run_and_track(store, graph)
        # What was never tagged waits to be.
        if track in heeded and version not in heeded[track]:
            yield graph


def _unused_models(store: Store, spare_runs: set[str]) -> Iterator[str]:
    """Models that nothing but themselves and those runs refers to."""
    for graph in _graphs(store, "model"):
        name = graph.removeprefix(f"{store.names.base}graph/model/")
        model = ox.NamedNode(f"{store.names.base}model/{name}")
        others = (quad for quad in store.quads(value=model) if iri(quad.graph_name) != graph)
        if all(iri(quad.subject) in spare_runs for quad in others):
            yield graph


def _drop(store: Store, graph: str) -> int:
    triples = sum(1 for _ in store.quads(graph=graph))
    store.drop(graph)
    return triples


def _forget_runs(store: Store, runs: tuple[str, ...]) -> int:
    """Take runs and their executions out of the graph of runs, and agents with nothing done."""
    graph = store.names.runs_graph
    before = store.graph(graph)
    gone = tuple(f"{run}/" for run in runs)
    after = [
        triple
        for triple in before
        if iri(triple.subject) not in runs and not iri(triple.subject).startswith(gone)
    ]
    busy = {triple.object for triple in after}
    idle = {s.subject for s in after if s.object == t.SOFTWARE_AGENT and s.subject not in busy}
    after = [triple for triple in after if triple.subject not in idle]
    store.replace({graph: after})
    return len(before) - len(after)


# --- what must not be ---------------------------------------------------------------


def _loose_quads(store: Store) -> Iterator[Finding]:
    """Triples in no named graph, which no command would ever replace or drop."""
    for quad in store.quads():
        if isinstance(quad.graph_name, ox.DefaultGraph):
            yield Finding("every_triple_has_a_graph", iri(quad.subject), f"{quad} has no graph")


def _unknown_graphs(store: Store) -> Iterator[Finding]:
    for graph in store.graphs():
        if store.names.kind(graph) is None:
            yield Finding("graph_kinds_are_known", graph, "no graph of this kind is kept: drop it")


def _foreign_ontology(store: Store) -> Iterator[Finding]:
    (graph,) = ontology(store.names)
    (stated,) = ontology(store.names).values()
    if set(stated) != set(store.graph(graph)):
        yield Finding(
            "ontology_is_the_shipped_one",
            graph,
            "the store was last written by another Earmark: any command that writes mends it",
        )
