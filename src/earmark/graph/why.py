"""Reads why a recording has a tag, in a few small questions instead of one large one.

``queries/pipeline/why.rq`` asks the same at once, for any SPARQL client. Planning it and
reading what each concept means once per reason took ten times as long as this.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from .meanings import meaning
from .queries import ENGLISH, WhyRow
from .store import Store

# A row has all columns; most reasons fill only some of them.
_NOTHING: dict[str, Any] = {field.name: None for field in fields(WhyRow)}


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A score, and the IRI of the assertion that has it."""

    assertion: str
    log_odds: float
    probability: float
    low: float
    high: float
    threshold: float
    decision: str
    chain: str
    run: str
    model: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A share of a contribution, by IRIs; the base rate has no cluster and no share."""

    cluster: str | None
    contribution: float
    evidence: str | None
    share: float | None


@dataclass(frozen=True, slots=True)
class SeenRow:
    """What was observed behind a piece of evidence, by IRIs."""

    evidence: str
    percentile: float | None
    imputed: bool | None
    feature: str
    value: float | None
    missing: str | None
    segment: str


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A stretch of a recording."""

    start: float
    end: float | None


def why(store: Store, track: str, tag: str, lang: str = ENGLISH) -> list[WhyRow]:
    """One row per reason, by the run that tagged a recording last; as by ``why.rq``.

    The recording and the tag are given by IRIs.
    """
    found = store.rows("why_score", ScoreRow, track=track, tag=tag)
    return [row for score in found for row in _Chain(store, track, tag, score, lang).rows()]


@dataclass(frozen=True)
class _Chain:
    """The chain of reasons of one score."""

    store: Store
    track: str
    tag: str
    score: ScoreRow
    lang: str

    def rows(self) -> Iterator[WhyRow]:
        if self.score.chain == "scoreOnly":
            yield self._row()
            return
        for part in self.store.rows("why_parts", PartRow, **self._place):
            told: dict[str, Any] = {"contribution": part.contribution, "share": part.share}
            if part.cluster is not None:
                group = meaning(self.store, part.cluster, self.lang)
                told |= {"cluster": group.notation, "cluster_label": group.label}
            # The base rate and what was not kept one by one rest on no observation.
            for seen in self._seen.get(part.evidence or "", [None]):
                yield self._row(**told, **(self._percept(seen) if seen else {}))

    def _row(self, **told: Any) -> WhyRow:
        return WhyRow(**(self._verdict | told))

    @cached_property
    def _verdict(self) -> dict[str, Any]:
        """What all rows say alike."""
        score = {f.name: getattr(self.score, f.name) for f in fields(self.score)}
        del score["assertion"]
        tag = meaning(self.store, self.tag, self.lang)
        named = {"tag": self.tag, "notation": tag.notation, "label": tag.label}
        return _NOTHING | score | named

    def _percept(self, seen: SeenRow) -> dict[str, Any]:
        heard, where = meaning(self.store, seen.feature, self.lang), self._where(seen.segment)
        return {
            "feature": heard.notation,
            "feature_label": heard.label,
            "definition": heard.definition,
            "high_means": heard.high,
            "low_means": heard.low,
            "unit": heard.unit,
            "percentile": seen.percentile,
            "imputed": seen.imputed,
            "value": seen.value,
            "missing": seen.missing,
            "start": where.start,
            "end": where.end,
        }

    @cached_property
    def _seen(self) -> dict[str, list[SeenRow | None]]:
        """The observations behind each piece of evidence."""
        by_evidence: defaultdict[str, list[SeenRow | None]] = defaultdict(list)
        for seen in self.store.rows("why_percepts", SeenRow, **self._place):
            by_evidence[seen.evidence].append(seen)
        return dict(by_evidence)

    @property
    def _place(self) -> dict[str, str]:
        names = self.store.names
        graph = names.tags_graph(names.track_id(self.track), self.score.run)
        return {"assertion": self.score.assertion, "graph": graph}

    def _where(self, segment: str) -> SegmentRow:
        # Most percepts are of the whole recording, which is one segment.
        if segment not in self._segments:
            (self._segments[segment],) = self.store.rows("segment", SegmentRow, segment=segment)
        return self._segments[segment]

    @cached_property
    def _segments(self) -> dict[str, SegmentRow]:
        return {}
