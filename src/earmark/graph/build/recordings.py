"""A recording, and what one listening heard in it, as triples."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime

from pyoxigraph import Literal, NamedNode, Triple

from earmark.errors import EarmarkError
from earmark.graph import terms as t
from earmark.graph.names import Names
from earmark.types import Heard, Observation

from .concepts import Graphs


def track(names: Names, heard: Heard) -> Graphs:
    """The graph of the recording and the graph of what was heard.

    They are two, because the recording stays the same whichever version listens.
    """
    return {
        names.recording_graph(heard.track): list(_recording(names, heard)),
        names.percepts_graph(heard.track, heard.features_version): list(_percepts(names, heard)),
    }


def file(names: Names, track: str, path: str) -> Graphs:
    """Where a recording was found, for the graph of files."""
    return {names.files_graph: [Triple(NamedNode(names.track(track)), t.PATH, _text(path))]}


def failure(names: Names, path: str, error: EarmarkError, *, when: datetime) -> Graphs:
    """That a file could not be tagged, and why, for a graph of its own beside the files'."""
    node = NamedNode(names.failure(path))
    moment = when.astimezone(UTC).isoformat()
    return {
        names.failure_graph(path): [
            Triple(node, t.A, t.FAILURE),
            Triple(node, t.PATH, _text(path)),
            Triple(node, t.FAILURE_CODE, Literal(error.code)),
            Triple(node, t.COMMENT, _text(str(error))),
            Triple(node, t.GENERATED_AT, t.moment(moment)),
        ]
    }


def _text(path: str) -> Literal:
    # A path need not be text; what is none of it is written as \xe9 and the like.
    return Literal(path.encode(errors="backslashreplace").decode())


def whole(names: Names, heard: Heard) -> NamedNode:
    """The segment that is the whole recording."""
    return NamedNode(names.segment(names.track(heard.track), 0.0, heard.seconds))


def _recording(names: Names, heard: Heard) -> Iterator[Triple]:
    node = NamedNode(names.track(heard.track))
    yield Triple(node, t.A, t.RECORDING)
    yield Triple(node, t.IDENTIFIER, Literal(heard.track))
    if not math.isnan(heard.seconds):
        yield Triple(node, t.DURATION_SECONDS, t.score(heard.seconds))
    yield from _segment(whole(names, heard), node, 0.0, heard.seconds)


def _percepts(names: Names, heard: Heard) -> Iterator[Triple]:
    recording = NamedNode(names.track(heard.track))
    parts: dict[NamedNode, Observation] = {}
    for seen in heard.observations:
        segment = _place(names, heard, seen)
        parts.setdefault(segment, seen)
        yield from _observation(names, heard, seen, recording, segment)
    # The whole recording is stated in the graph of the recording.
    parts.pop(whole(names, heard), None)
    for segment, seen in parts.items():
        yield from _segment(segment, recording, seen.start, seen.end)


def _place(names: Names, heard: Heard, seen: Observation) -> NamedNode:
    """The segment that was observed; one listening's segments are its own."""
    is_whole = seen.start == 0 and (seen.end == heard.seconds or math.isnan(heard.seconds))
    if is_whole:
        return whole(names, heard)
    listening = names.listening(heard.track, heard.features_version)
    return NamedNode(names.segment(listening, seen.start, seen.end))


def _observation(
    names: Names, heard: Heard, seen: Observation, recording: NamedNode, segment: NamedNode
) -> Iterator[Triple]:
    node = NamedNode(names.observation(heard.track, heard.features_version, seen.feature))
    yield Triple(node, t.A, t.FEATURE_OBSERVATION)
    yield Triple(node, t.FEATURE_OF_INTEREST, recording)
    yield Triple(node, t.OBSERVED_PROPERTY, NamedNode(names.concept("features", seen.feature)))
    yield Triple(node, t.USED_PROCEDURE, NamedNode(names.procedure(seen.procedure)))
    if seen.value is None:
        yield Triple(node, t.MISSING_BECAUSE, Literal(seen.missing))
    else:
        yield Triple(node, t.SIMPLE_RESULT, t.measurement(seen.value))
    yield Triple(node, t.BECAUSE, segment)


def _segment(node: NamedNode, of: NamedNode, start: float, end: float) -> Iterator[Triple]:
    yield Triple(node, t.A, t.SEGMENT)
    yield Triple(node, t.SEGMENT_OF, of)
    yield Triple(node, t.START_SECONDS, t.score(start))
    if math.isnan(end):
        yield Triple(node, t.OPEN_ENDED, t.truth(True))
    else:
        yield Triple(node, t.END_SECONDS, t.score(end))
