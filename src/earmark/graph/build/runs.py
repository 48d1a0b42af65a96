"""Runs, and when and on what they were carried out, as triples."""

import hashlib
from collections.abc import Collection, Iterator
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


def execution(
    names: Names, described: Run, tracks: Collection[str], *, started: datetime, ended: datetime
) -> Graphs:
    """One time that a run was carried out, on which tracks, for the graph of runs."""
    return {names.runs_graph: list(_execution(names, described, tracks, started, ended))}


def _execution(
    names: Names, described: Run, tracks: Collection[str], started: datetime, ended: datetime
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
    # A digest and not a triple for each: a catalogue may be gone through many times.
    yield Triple(node, t.INPUT_COUNT, t.whole(len(set(tracks))))
    yield Triple(node, t.INPUT_DIGEST, Literal(inputs_digest(tracks)))


def inputs_digest(tracks: Collection[str]) -> str:
    r"""SHA-256 of the ids of tracks, sorted, each with a line break after it.

    >>> inputs_digest(["b", "a"]) == hashlib.sha256(b"a\nb\n").hexdigest()
    True
    """
    lines = "".join(f"{track}\n" for track in sorted(set(tracks)))
    return hashlib.sha256(lines.encode(errors="backslashreplace")).hexdigest()
