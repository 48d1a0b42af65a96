"""Lays graphs over what a store says of one recording, in memory; the store stays as it is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

import pyoxigraph as ox

from .store import Graphs, Node, Store


def laid_over(store: Store, track: str, graphs: Graphs) -> Store:
    """A recording as a store would tell of it if these graphs were written there.

    It is a store in memory. It holds all that is said of the recording, by any run and
    by anybody, and step by step all that this speaks of: percepts, concepts, clusters,
    runs, models, terms. Other recordings are not in it.
    """
    recording = ox.NamedNode(store.names.track(track))
    speaking = (quad.subject for quad in store.quads(value=recording))
    laid = chain.from_iterable(graphs.values())
    start = {recording, *speaking, *chain.from_iterable(map(_mentioned, laid))}
    found: defaultdict[str, list[ox.Triple]] = defaultdict(list)
    for quad in _said_of(store, start):
        if isinstance(quad.graph_name, ox.NamedNode):
            found[quad.graph_name.value].append(quad.triple)
    view = Store(ox.Store(), store.names, folder=None, age=store.age)
    view.extend(found)
    view.replace(graphs)
    return view


def _said_of(store: Store, nodes: Iterable[Node]) -> Iterator[ox.Quad]:
    """What a store says of nodes, and of all that this leads to."""
    # Nothing leads from one recording to another, so this ends soon.
    seen = set(nodes)
    todo = list(seen)
    while todo:
        for quad in store.quads(subject=todo.pop()):
            yield quad
            fresh = _mentioned(quad.triple) - seen
            seen |= fresh
            todo += fresh


def _mentioned(triple: ox.Triple) -> set[ox.NamedNode]:
    """The term that a triple uses, and what it points to."""
    return {node for node in (triple.predicate, triple.object) if isinstance(node, ox.NamedNode)}
