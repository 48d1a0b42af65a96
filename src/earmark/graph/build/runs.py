"""Runs, and when they were carried out, as triples."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, Triple

from earmark.graph import terms as t
from earmark.graph.names import Names
from earmark.types import Run

from .concepts import Graphs


def run(names: Names, described: Run) -> Graphs:
    """A run, for the graph of runs."""
    node = NamedNode(names.run(described.id))
    return {
        names.runs_graph: [
            Triple(node, t.A, t.RUN),
            Triple(node, t.IDENTIFIER, Literal(described.id)),
            Triple(node, t.CODE_VERSION, Literal(described.code)),
            Triple(node, t.FEATURES_VERSION, Literal(described.features)),
            Triple(node, t.OF_MODEL, NamedNode(names.model(described.model))),
            Triple(node, t.ONTOLOGY_VERSION, Literal(described.ontology)),
        ]
    }


def execution(names: Names, described: Run, *, started: datetime, ended: datetime) -> Graphs:
    """One time that a run was carried out, for the graph of runs."""
    return {names.runs_graph: list(_execution(names, described, started, ended))}


def _execution(
    names: Names, described: Run, started: datetime, ended: datetime
) -> Iterator[Triple]:
    start, end = (when.astimezone(UTC).isoformat() for when in (started, ended))
    node = NamedNode(names.execution(described.id, start))
    agent = NamedNode(names.agent("earmark", described.code))
    yield Triple(agent, t.A, t.SOFTWARE_AGENT)
    yield Triple(agent, t.LABEL, t.words(f"earmark {described.code}"))
    yield Triple(node, t.A, t.ACTIVITY)
    yield Triple(node, t.OF_RUN, NamedNode(names.run(described.id)))
    yield Triple(node, t.ASSOCIATED_WITH, agent)
    yield Triple(node, t.STARTED_AT, t.moment(start))
    yield Triple(node, t.ENDED_AT, t.moment(end))
