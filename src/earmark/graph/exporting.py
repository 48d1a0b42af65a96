"""Writes what may be shared of a store as RDF, whole or split by track."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import pyoxigraph as ox

from earmark.errors import StoreError

from . import folder as folders
from . import jsonld
from .names import Names
from .turtle import prefixes

if TYPE_CHECKING:
    from .store import Store

STYLES = ("nq", "ttl", "jsonld")
# Graphs that belong to one track, and where in their path its id begins.
_OF_A_TRACK = {"recording": 1, "track": 2, "tags": 2, "implied": 1}


def dump(
    store: "Store",
    out: BinaryIO,
    style: str,
    *,
    graphs: Sequence[str] | None = None,
    base: str | None = None,
) -> None:
    """Write all that may be shared, or only some graphs, as nq, ttl or jsonld.

    With ``base`` every name under the store's own base is put under that one instead.
    """
    if style not in STYLES:
        raise StoreError(f"no format {style!r}: there are {', '.join(STYLES)}")
    names = store.names if base is None else Names(folders.checked_base(base))
    chosen = shared(store) if graphs is None else graphs
    written = rebased(((graph, store.graph(graph)) for graph in chosen), store.names, names)
    if style == "jsonld":
        jsonld.write(out, written, names.base)
    elif style == "ttl":
        stated = (triple for _, triples in written for triple in triples)
        ox.serialize(stated, out, format=ox.RdfFormat.TURTLE, prefixes=prefixes(names))
    else:
        quads = (
            ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph))
            for graph, triples in written
            for t in triples
        )
        ox.serialize(quads, out, format=ox.RdfFormat.N_QUADS)


def shared(store: "Store") -> list[str]:
    """The graphs that may be shared: all but that of files and paths."""
    return [graph for graph in store.graphs() if not store.names.is_private(graph)]


def parts(store: "Store", count: int) -> Iterator[tuple[str, list[str]]]:
    """The name and the graphs of each part: what all tracks share, then tracks by their ids.

    A track is wholly in one part, and in the same one whenever there are as many parts.
    """
    split: list[list[str]] = [[] for _ in range(count)]
    common: list[str] = []
    for graph in shared(store):
        track = track_of(store.names, graph)
        (common if track is None else split[place(track, count)]).append(graph)
    yield "shared", common
    for number, graphs in enumerate(split):
        yield part_name(number, count), graphs


def part_name(number: int, count: int) -> str:
    """What a part is called; names sort as the parts do.

    >>> part_name(0, 12)
    'tracks-01-of-12'
    """
    return f"tracks-{number + 1:0{len(str(count))}}-of-{count}"


def place(track: str, count: int) -> int:
    """Which of so many parts a track belongs to, from 0."""
    digest = hashlib.sha256(track.encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:8]) % count


def track_of(names: Names, graph: str) -> str | None:
    """The id of the track that a graph belongs to; None where it belongs to all."""
    kind = names.kind(graph)
    if kind not in _OF_A_TRACK:
        return None
    path = graph.removeprefix(f"{names.base}graph/").split("/")
    return names.track_id(f"{names.base}track/{'/'.join(path[_OF_A_TRACK[kind] :])}")


def rebased(graphs: Iterable[jsonld.Graph], old: Names, new: Names) -> Iterator[jsonld.Graph]:
    """The graphs with every name under the old base put under the new one."""
    if old == new:
        yield from graphs
        return

    def moved(node: Any) -> Any:
        if isinstance(node, ox.NamedNode) and node.value.startswith(old.base):
            return ox.NamedNode(new.base + node.value.removeprefix(old.base))
        return node

    for graph, triples in graphs:
        name = new.base + graph.removeprefix(old.base) if graph.startswith(old.base) else graph
        yield name, [ox.Triple(moved(t.subject), t.predicate, moved(t.object)) for t in triples]
