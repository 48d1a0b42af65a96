"""Decides whether triples may be trusted: shapes node by node, audits over the whole."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from earmark.errors import GraphError

from .build import ontology
from .names import Names
from .queries import Query, audits
from .shapes import Finding, validate
from .store import Graphs, Store, quads_of

# It asks for what is described in other graphs than those of a track.
_NEEDS_ALL = "everything_is_described"
# RDF/XML is left out: its entities can make a parser take all memory.
_READABLE = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_TOLD = 3
_TRIPLES_AT_ONCE = 20_000


def accept(graphs: Graphs) -> None:
    """Raise GraphError unless every shape and audit holds over these graphs together.

    They are those of one track (recording, percepts, tags), or those of one model.
    """
    findings = audit(quads_of(graphs), without=(_NEEDS_ALL,))
    findings += validate(triple for triples in graphs.values() for triple in triples)
    if findings:
        told = "; ".join(str(finding) for finding in findings[:_TOLD])
        more = f"; and {len(findings) - _TOLD} more" if len(findings) > _TOLD else ""
        raise GraphError(f"these triples are not written, for they break a rule: {told}{more}")


def audit(quads: Iterable[ox.Quad], *, without: Collection[str] = ()) -> list[Finding]:
    """What the audits find in these quads."""
    scratch = ox.Store()
    scratch.extend(quads)
    asked = (query for query in audits() if query.name not in without)
    return [
        finding
        for query in asked
        for finding in _findings(query, scratch.query(query.text, use_default_graph_as_union=True))
    ]


def everything(store: Store) -> list[Finding]:
    """What every audit and every shape finds in a whole store."""
    findings = [f for query in audits() for f in _findings(query, store.query(query.text))]
    for triples in _chunks(store):
        findings += validate(triples)
    return findings


def file(path: Path) -> list[Finding]:
    """What every audit and every shape finds in a file of RDF."""
    scratch = ox.Store()
    scratch.extend(_parsed(path))
    triples = [quad.triple for quad in scratch]
    # The file may speak of shipped concepts; they are added unless it brings its own copy.
    for graph, stated in ontology(Names()).items():
        name = ox.NamedNode(graph)
        known = set(triples)
        scratch.extend(
            ox.Quad(t.subject, t.predicate, t.object, name) for t in stated if t not in known
        )
    return audit(scratch) + validate(triples)


def _findings(
    query: Query, found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
) -> Iterator[Finding]:
    if not isinstance(found, ox.QuerySolutions):
        raise GraphError(f"the audit {query.name} is no SELECT query")
    others = [variable.value for variable in found.variables if variable.value != "node"]
    for row in found:
        facts = ", ".join(f"{name} {row[name].value}" for name in others if row[name] is not None)
        yield Finding(query.name, row["node"].value, facts or query.question)


def _chunks(store: Store) -> Iterator[list[ox.Triple]]:
    """The triples of a store, some graphs at a time: no node is described in two graphs."""
    chunk: list[ox.Triple] = []
    for graph in store.graphs():
        chunk += store.graph(graph)
        if len(chunk) >= _TRIPLES_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _parsed(path: Path) -> Iterator[ox.Quad]:
    if path.suffix not in _READABLE:
        known = ", ".join(_READABLE)
        raise GraphError(f"{path}: RDF is read from files that end in {known}")
    try:
        yield from ox.parse(path=path, format=_READABLE[path.suffix])
    except (OSError, SyntaxError) as error:
        raise GraphError(f"{path} cannot be read as RDF: {error}") from None
