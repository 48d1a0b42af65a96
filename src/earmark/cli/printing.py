"""Tagged and heard tracks as lines of text, one function a format."""

import csv
import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .talk import one_line

if TYPE_CHECKING:
    from earmark.pipeline.extract import Extraction
    from earmark.pipeline.tagger import Tagged
    from earmark.types import TagScore

TAG_COLUMNS = ("tag", "probability", "logOdds", "low", "high", "decision")
CSV_HEADER = ",".join(("track", "path", *TAG_COLUMNS))
# How many tags beside the accepted ones a person wants to see at a glance.
_RUNNERS_UP = 2


def strongest(scores: "Sequence[TagScore]", top: int) -> "list[TagScore]":
    """The scores, best first; no more than ``top`` unless that is 0."""
    ranked = sorted(scores, key=lambda score: (-score.log_odds, score.tag))
    return ranked[:top] if top else ranked


def jsonl(tagged: "Tagged", scores: "Sequence[TagScore]") -> str:
    """One line of JSON for one file, whether it was tagged or not."""
    row: dict[str, Any] = {
        "track": tagged.track,
        "path": tagged.path and str(tagged.path),
        "seconds": tagged.seconds,
        "tags": [dict(zip(TAG_COLUMNS, _cells(score), strict=True)) for score in scores],
    }
    if tagged.error is not None:
        row["error"] = str(tagged.error)
    return json.dumps(row, ensure_ascii=False)


def rows(tagged: "Tagged", scores: "Sequence[TagScore]") -> str:
    """One CSV row a tag."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows((tagged.track, tagged.path, *_cells(score)) for score in scores)
    return text.getvalue().rstrip("\n")


def table(tagged: "Tagged", scores: "Sequence[TagScore]") -> str:
    """A few lines for a person: the tags given, and the runners-up."""
    if tagged.error is not None:
        return ""
    accepted = [score for score in scores if score.decision == "accepted"]
    others = [score for score in scores if score.decision != "accepted"][:_RUNNERS_UP]
    seconds = f"  {tagged.seconds:.0f} s" if tagged.seconds else ""
    lines = [f"{one_line(tagged.name)}{seconds}  track {tagged.track}"]
    for score in accepted + others:
        mark = "*" if score in accepted else " "
        lines.append(
            f"  {mark} {score.tag:<22} {score.probability:6.1%}   log-odds {score.log_odds:+.2f} "
            f"({score.low:+.2f} to {score.high:+.2f})"
        )
    return "\n".join(lines)


def turtle(tagged: "Tagged", _: "Sequence[TagScore]") -> str:
    """All tags and reasons of one track, as the graph holds them."""
    return tagged.reasons.turtle(tagged.track) if tagged.track else ""


def percepts(extraction: "Extraction") -> str:
    """One line of JSON for one file: its percepts, chords and keys."""
    row: dict[str, Any] = {"track": None, "path": str(extraction.path), "seconds": None}
    if extraction.heard is not None:
        row["track"] = extraction.heard.track
        row["seconds"] = round(extraction.heard.seconds, 6)
        row["features"] = {seen.feature: seen.value for seen in extraction.heard.observations}
    else:
        row |= {"features": {}, "error": str(extraction.error)}
    # Harmony is not listened to yet; its place in the format is kept.
    return json.dumps(row | {"chords": [], "key": []}, ensure_ascii=False)


def evaluation(found: dict[str, Any]) -> str:
    """The figures of an evaluation, for a person."""
    artists = f"{found['artists']} artists, {found['artists_unknown']} tracks without one"
    tracks = f"learnt from {found['tracks_train']} tracks, scored {found['tracks_test']}"
    lines = [
        f"{found['dataset']}: {tracks}, {found['tags']} tags; {artists}",
        *(f"  ROC-AUC {name:<12} {_figure(value)}" for name, value in found["roc_auc"].items()),
        *(f"  PR-AUC  {name:<12} {_figure(value)}" for name, value in found["pr_auc"].items()),
        f"  ECE                  {found['ece']:.4f}",
    ]
    if found["accuracy"] is not None:
        lines.insert(1, f"  accuracy             {found['accuracy']:.4f}")
    lines += [f"  cluster {c['label']}: {', '.join(c['features'])}" for c in found["clusters"]]
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "unknown: too few true tracks to tell" if value is None else f"{value:.4f}"


def _cells(score: "TagScore") -> tuple[str, float, float, float, float, str]:
    probability = round(score.probability, 6)
    numbers = (probability, score.log_odds, score.low, score.high)
    return score.tag, *numbers, score.decision.value
