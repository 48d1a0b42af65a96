"""Reads from the graph why a track has a tag, and checks that the reasons add up."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from earmark.errors import EarmarkError, GraphError
from earmark.graph.queries import ENGLISH, TagRow, TrackRow, WhyRow
from earmark.graph.why import why
from earmark.types import Chain, Decision, Reason, ReasoningPath, Span, Strand

if TYPE_CHECKING:
    from earmark.graph import Store

_NAMES_SHOWN = 12


def reasoning_path(store: "Store", track: str, tag: str, *, lang: str = ENGLISH) -> ReasoningPath:
    """Why a track has or has not a tag, by the run that tagged it last.

    Parameters
    ----------
    store : Store
        Any graph: on disk, in memory, or laid together from both.
    track : str
        Id or IRI of the track.
    tag : str
        Notation of the tag, such as ``genre/jazz``.
    lang : str
        The language of labels; what has none in it keeps its English one.

    Raises
    ------
    EarmarkError
        The store does not hold that track, or nothing was concluded about that tag.
    GraphError
        The reasons in the graph do not add up to the score in the graph.
    """
    known = _id(store, track)
    iri = store.names.track(known)
    concept = store.names.concept("tags", tag)
    rows = why(store, iri, concept, lang)
    if not rows:
        raise EarmarkError(_absent(store, known, tag))
    path = _path(known, iri, rows)
    _audit(path)
    return path


def paths(store: "Store", track: str, *, lang: str = ENGLISH) -> tuple[ReasoningPath, ...]:
    """The reasoning paths of all tags of a track, strongest tag first."""
    known = _id(store, track)
    tags = _tags(store, known)
    if not tags:
        raise EarmarkError(_absent(store, known, ""))
    return tuple(reasoning_path(store, known, tag, lang=lang) for tag in tags)


def _id(store: "Store", track: str) -> str:
    return store.names.track_id(track) if track.startswith(store.names.base) else track


def _tags(store: "Store", track: str) -> list[str]:
    """All tags that the track was judged by, strongest first."""
    return [row.tag for row in store.rows("tags_of_track", TagRow, track=store.names.track(track))]


# --- from rows to a path --------------------------------------------------------------


def _path(track: str, iri: str, rows: Sequence[WhyRow]) -> ReasoningPath:
    one = rows[0]
    bases = [row.contribution for row in rows if row.contribution is not None and not row.cluster]
    return ReasoningPath(
        track=track,
        tag=one.notation,
        label=one.label,
        log_odds=one.log_odds,
        probability=one.probability,
        low=one.low,
        high=one.high,
        threshold=one.threshold,
        decision=Decision(one.decision),
        chain=Chain(one.chain),
        base_rate=sum(bases, 0.0),
        strands=tuple(sorted(_strands(rows), key=lambda s: (-abs(s.contribution), s.cluster))),
        run=one.run,
        model=one.model,
        track_iri=iri,
        tag_iri=one.tag,
    )


def _strands(rows: Iterable[WhyRow]) -> Iterator[Strand]:
    for cluster, inside in _grouped(rows, "cluster").items():
        reasons = [
            _reason(feature, heard) for feature, heard in _grouped(inside, "feature").items()
        ]
        yield Strand(
            cluster=cluster,
            label=inside[0].cluster_label or cluster,
            contribution=inside[0].contribution or 0.0,
            reasons=tuple(sorted(reasons, key=lambda r: (-abs(r.share), r.feature))),
            remainder=sum((row.share or 0.0 for row in inside if not row.feature), 0.0),
        )


def _reason(feature: str, heard: Sequence[WhyRow]) -> Reason:
    """One feature's part, with all the stretches where it is heard."""
    row = heard[0]
    spans = {(r.start, r.end) for r in heard if r.start is not None and r.end is not None}
    return Reason(
        feature=feature,
        label=row.feature_label or feature,
        definition=row.definition or "",
        high=row.high_means or "",
        low=row.low_means or "",
        unit=f"unit:{row.unit.rpartition('/')[2]}" if row.unit else "",
        value=row.value,
        percentile=row.percentile,
        share=row.share or 0.0,
        spans=tuple(Span(start, end) for start, end in sorted(spans)),
        missing=row.missing or "",
    )


def _grouped(rows: Iterable[WhyRow], column: str) -> dict[str, list[WhyRow]]:
    """The rows by what they hold in a column; those that hold nothing are left out."""
    groups: dict[str, list[WhyRow]] = {}
    for row in rows:
        if name := getattr(row, column):
            groups.setdefault(name, []).append(row)
    return groups


# --- what can be wrong ----------------------------------------------------------------


def _audit(path: ReasoningPath) -> None:
    """Raise GraphError unless all addends make their sums, to the millionth."""
    if path.chain is Chain.SCORE_ONLY:
        return
    sums = [(strand.contribution, _addends(strand), strand.label) for strand in path.strands]
    parts = [path.base_rate, *(strand.contribution for strand in path.strands)]
    for total, addends, what in [*sums, (path.log_odds, parts, "log-odds")]:
        if sum(map(_millionths, addends)) != _millionths(total):
            raise GraphError(
                f"the reasons for {path.tag} of track {path.track} do not add up: {what} is "
                f"{total:.6f}, its parts make {sum(addends):.6f}; the graph was changed or "
                "damaged, so tag the track again"
            )


def _addends(strand: Strand) -> list[float]:
    return [*(reason.share for reason in strand.reasons), strand.remainder]


def _millionths(log_odds: float) -> int:
    return round(log_odds * 1_000_000)


def _absent(store: "Store", track: str, tag: str) -> str:
    """Why there is nothing to tell, and what there is instead."""
    if tags := _tags(store, track):
        return f"track {track} was not judged by the tag '{tag}': there are {_some(sorted(tags))}"
    known = [row.track for row in store.rows("tracks", TrackRow)]
    if track in known:
        return f"track {track} has no tags yet: run `earmark tag` on it"
    there = f"there are {_some(known)}" if known else "there are none, so run `earmark tag` first"
    return f"no track '{track}' is in the store: {there}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
