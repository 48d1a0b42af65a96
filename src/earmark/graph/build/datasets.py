"""What a dataset says of its tracks, as triples."""

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from earmark.graph import terms as t
from earmark.graph.names import Names
from earmark.types import Concept, Table

from .concepts import NOTHING_KNOWN, Graphs, concepts


def dataset(names: Names, table: Table, meanings: Mapping[str, Concept] = NOTHING_KNOWN) -> Graphs:
    """The graph of a dataset's statements, and one for each concept that only it knows.

    The measured values are not among them: they are percepts of each track.
    """
    return (
        {names.statements_graph(table.name): list(_triples(names, table))}
        | concepts(names, "features", table.features, meanings)
        | concepts(names, "tags", table.tags, meanings)
    )


def row_track(dataset: str, track: str) -> str:
    """The id of the recording behind a row of a dataset.

    >>> row_track("gtzan", "rock.00001")
    'gtzan/rock.00001'
    """
    return f"{dataset}/{track}"


def _triples(names: Names, table: Table) -> Iterator[Triple]:
    node = NamedNode(names.dataset(table.name))
    yield Triple(node, t.A, t.DATASET)
    yield Triple(node, t.IDENTIFIER, Literal(table.name))
    yield Triple(node, t.MULTICLASS, t.truth(table.multiclass))
    yield Triple(node, t.RIGHTS, Literal(table.licence))
    yield Triple(node, t.SOURCE, Literal(table.source))
    yield from _columns(names, table, node)
    for index in range(len(table.tracks)):
        yield from _row(names, table, node, index)


def _columns(names: Names, table: Table, of: NamedNode) -> Iterator[Triple]:
    for index, feature in enumerate(table.features):
        node = NamedNode(names.column(table.name, "features", feature))
        procedure = names.procedure(table.procedures[feature])
        yield from _place(node, t.COLUMN, of, index)
        yield Triple(node, t.OBSERVED_PROPERTY, NamedNode(names.concept("features", feature)))
        yield Triple(node, t.USED_PROCEDURE, NamedNode(procedure))
    for index, tag in enumerate(table.tags):
        node = NamedNode(names.column(table.name, "tags", tag))
        yield from _place(node, t.COLUMN, of, index)
        yield Triple(node, t.TAG, NamedNode(names.concept("tags", tag)))


def _row(names: Names, table: Table, of: NamedNode, index: int) -> Iterator[Triple]:
    track = table.tracks[index]
    recording = NamedNode(names.track(row_track(table.name, track)))
    node = NamedNode(names.row(table.name, track))
    yield from _place(node, t.ROW, of, index)
    yield Triple(node, t.IDENTIFIER, Literal(track))
    yield Triple(node, t.ABOUT, recording)
    yield Triple(node, t.SPLIT, Literal(table.splits[index]))
    if table.artists[index]:
        yield Triple(node, t.ARTIST, Literal(table.artists[index]))
    for tag, given in zip(table.tags, table.labels[index], strict=True):
        if given:
            yield from _statement(names, table.name, track, tag, of)


def _statement(names: Names, dataset: str, track: str, tag: str, of: NamedNode) -> Iterator[Triple]:
    node = NamedNode(names.statement(dataset, track, tag))
    yield Triple(node, t.A, t.STATEMENT)
    yield Triple(node, t.ABOUT, NamedNode(names.track(row_track(dataset, track))))
    yield Triple(node, t.TAG, NamedNode(names.concept("tags", tag)))
    yield Triple(node, t.SOURCE, of)


def _place(node: NamedNode, kind: NamedNode, of: NamedNode, index: int) -> Iterator[Triple]:
    yield Triple(node, t.A, kind)
    yield Triple(node, t.SOURCE, of)
    yield Triple(node, t.INDEX, t.whole(index))
