"""Writes the passport of a track: one HTML page that needs nothing but itself."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import pairwise

from earmark.resources import shipped
from earmark.types import Chain, Decision, Reason, ReasoningPath, Strand

from . import pictures, sentences
from .markup import Child, Markup, element, together
from .words import capitalised, percent, signed

# Hyphens that stand for a minus sign, and those that stand for "to".
_SIGN = re.compile(r"(?<!\S)-(?=[\d ])")
_BETWEEN = re.compile(r"(?<=\d)-(?=\d)")

_WHY = {
    Decision.ACCEPTED: "Why",
    Decision.REJECTED: "Why not",
    Decision.ABSTAINED: "Why perhaps",
}

_SMALL_SCALES = (
    "On the small scale beside a reason, the dot shows where this track lies between the lowest "
    "and the highest of the training tracks."
)


def page(title: str, paths: Sequence[ReasoningPath]) -> str:
    """The tags of one track, why it has them, and how to ask for that again.

    The page has no script, loads nothing and opens from a file. Its policy allows its
    own style sheet and nothing else, so that not even a mistake here could run what a
    title or label holds.

    Parameters
    ----------
    title : str
        What to call the track.
    paths : sequence of ReasoningPath
        One for each of its tags, strongest first.
    """
    style = Markup(files(__package__).joinpath("page.css").read_text("utf-8"))
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        element("title", f"{title}: why it has its tags"),
        element("style", style),
    )
    told = [path for path in paths if path.decision is Decision.ACCEPTED] or list(paths[:1])
    main = element(
        "main",
        _summary(title, paths),
        _scores(paths),
        *(_why(path) for path in told),
        *_others([path for path in paths if path not in told]),
        *_again(told),
    )
    html = element("html", head, element("body", main, _footer()), lang="en")
    return f"<!doctype html>\n{html}\n"


def _digest(style: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


# --- what the track was tagged --------------------------------------------------------


def _summary(title: str, paths: Sequence[ReasoningPath]) -> Markup:
    accepted = [path for path in paths if path.decision is Decision.ACCEPTED]
    chips = [
        element("li", element("b", path.label), " ", _typeset(percent(path.probability)))
        for path in accepted
    ]
    return element(
        "header",
        element("p", "Earmark passport", class_="eyebrow"),
        element("h1", title),
        element("ul", *chips, class_="chips") if chips else element("p", "No tag was accepted."),
    )


def _scores(paths: Sequence[ReasoningPath]) -> Markup:
    scale = pictures.Scale.around(
        [score for p in paths for score in (p.low, p.high, p.threshold, p.log_odds)]
    )
    rows = [
        element(
            "tr",
            element("th", path.label, element("small", path.decision.value), scope="row"),
            element("td", pictures.score(path, scale), class_="picture"),
            element("td", _typeset(percent(path.probability))),
            element("td", _score(path.log_odds)),
            class_=path.decision.value,
        )
        for path in paths
    ]
    caption = (
        "Every tag with its score in log-odds, strongest first. The dot is the score, the line "
        "holds it with a chance of 90 %, the tick is the threshold from which on the tag is "
        "accepted, the faint line is nought."
    )
    headings = ("Tag", "Score", "Probability", "Log-odds")
    return element("section", element("h2", "Scores"), _table(caption, headings, rows))


# --- why ------------------------------------------------------------------------------


def _why(path: ReasoningPath) -> Markup:
    title = element("h2", f"{_WHY[path.decision]} {path.label}")
    return element("section", title, *_reasoning(path))


def _others(paths: Sequence[ReasoningPath]) -> Iterator[Markup]:
    kept = [path for path in paths if path.chain is Chain.FULL]
    if kept:
        folded = [
            element(
                "details", element("summary", _typeset(sentences.verdict(path))), *_reasoning(path)
            )
            for path in kept
        ]
        yield element("section", element("h2", "The other tags"), *folded)


def _reasoning(path: ReasoningPath) -> Iterator[Markup]:
    yield element("p", _typeset(sentences.standing(path)))
    if path.chain is Chain.SCORE_ONLY:
        yield element("p", sentences.score_only(path))
        return
    yield element("p", _typeset(sentences.starting(path)))
    yield _waterfall(path)
    yield element("p", _SMALL_SCALES, class_="note")
    for heading, strands in sentences.sides(path):
        yield element("h3", heading)
        for strand in strands:
            yield _strand(strand)
    if missing := [element("li", sentences.sentence(r)) for r in sentences.unknown(path)]:
        yield together(element("h3", "What is not known"), element("ul", *missing))
    yield element("p", "Sum: ", _typeset(sentences.total(path)), class_="sum")


def _waterfall(path: ReasoningPath) -> Markup:
    """The score as steps from nought over the base rate to the sum."""
    sums = [path.base_rate]
    for strand in path.strands:
        sums.append(sums[-1] + strand.contribution)
    scale = pictures.Scale.around(sums)
    steps = zip(path.strands, pairwise(sums), strict=True)
    rows = [
        _step("base rate", path.base_rate, pictures.step(0.0, path.base_rate, scale, kind="base")),
        *(_step(s.label, s.contribution, pictures.step(a, b, scale)) for s, (a, b) in steps),
        _step("log-odds", path.log_odds, pictures.step(0.0, path.log_odds, scale, kind="total")),
    ]
    return _table("How the reasons add up to the score.", ("Reason", "Steps", "Log-odds"), rows)


def _step(label: str, value: float, picture: Markup) -> Markup:
    return element(
        "tr",
        element("th", label, scope="row"),
        element("td", picture, class_="picture"),
        element("td", _score(value)),
    )


def _strand(strand: Strand) -> Markup:
    items = [_reason(reason) for reason in sentences.listed(strand)]
    if strand.remainder:
        share = element("b", _score(strand.remainder))
        items.append(element("li", share, element("p", sentences.REMAINDER)))
    heading = (capitalised(strand.label), " ", element("b", _score(strand.contribution)))
    side = "against" if strand.contribution < 0 else "for"
    return together(element("h4", *heading, class_=side), element("ul", *items, class_="reasons"))


def _reason(reason: Reason) -> Markup:
    said = element("p", _typeset(sentences.sentence(reason)))
    drawn = () if reason.percentile is None else (pictures.ranked(reason.percentile),)
    return element("li", element("b", _score(reason.share)), said, *drawn)


# --- how to ask again -----------------------------------------------------------------


def _again(told: Sequence[ReasoningPath]) -> Iterator[Markup]:
    """The query that gives the same reasons, and where they come from."""
    if not told:
        return
    path = told[0]
    asked = f"The reasons for and against {path.label} can be read from the graph again:"
    command = f"earmark query why --bind track={path.track_iri} --bind tag={path.tag_iri}"
    yield element(
        "section",
        element("h2", "Ask again"),
        element("p", asked),
        element("pre", element("code", command), tabindex="0"),
        element("details", element("summary", "The query"), element("pre", _query(), tabindex="0")),
    )
    facts = (("Track", path.track), ("Run", path.run), ("Model", path.model))
    yield element(
        "section",
        element("h2", "Where it comes from"),
        element("dl", *(together(element("dt", k), element("dd", v)) for k, v in facts)),
    )


def _query() -> str:
    return shipped("queries", "pipeline", "why.rq").read_text("utf-8").strip()


def _footer() -> Markup:
    return element("footer", element("p", "This page holds all it shows and loads nothing."))


# --- small parts ----------------------------------------------------------------------


def _table(caption: str, headings: Sequence[str], rows: Sequence[Child]) -> Markup:
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *(element("th", h, scope="col") for h in headings))),
        element("tbody", *rows),
    )


def _score(log_odds: float) -> str:
    return _typeset(signed(log_odds))


def _typeset(said: str) -> str:
    """A sentence with true minus signs, and no line break inside a number."""
    joined = _BETWEEN.sub("\u2060–\u2060", said)
    return _SIGN.sub("−", joined).replace(" %", "\u00a0%")
