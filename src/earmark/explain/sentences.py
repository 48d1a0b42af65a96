"""Says a reasoning path in sentences, which text and page share."""

from collections.abc import Iterator

from earmark.types import Decision, Reason, ReasoningPath, Strand

from .words import ORDINARY, capitalised, heard, measured, percent, rank, signed

_VERDICTS = {
    Decision.ACCEPTED: "accepted",
    Decision.REJECTED: "not accepted",
    Decision.ABSTAINED: "left open",
}

REMAINDER = "Weaker reasons, taken together."


def verdict(path: ReasoningPath) -> str:
    """What became of the tag, and how likely it is."""
    became = _VERDICTS[path.decision]
    return f"{capitalised(path.label)}: {became}, probability {percent(path.probability)}."


def standing(path: ReasoningPath) -> str:
    """How the score lies to its threshold, and how sure it is."""
    side = "reach" if path.log_odds >= path.threshold else "stay below"
    return (
        f"Its log-odds of {signed(path.log_odds)} {side} the threshold of "
        f"{signed(path.threshold)}; with a chance of 90 % they lie between "
        f"{signed(path.low)} and {signed(path.high)}."
    )


def score_only(path: ReasoningPath) -> str:
    """That there are no reasons to tell, and why."""
    said = "Only the score of this tag was kept, not its reasons."
    why = path.not_rebuilt
    return f"{said} They could not be made again: {why}." if why else said


def starting(path: ReasoningPath) -> str:
    """Where the score stands before this track is heard."""
    base = signed(path.base_rate)
    return f"A track that is average in every respect stands at {base}, the base rate."


def sides(path: ReasoningPath) -> Iterator[tuple[str, list[Strand]]]:
    """The strands for and against the tag, each side under its heading.

    A strand of which nothing is known is on no side.
    """
    known = [s for s in path.strands if s.contribution or any(listed(s))]
    for heading, strands in (
        ("What speaks for it", [s for s in known if s.contribution > 0]),
        ("What speaks against it", [s for s in known if s.contribution < 0]),
        ("What makes no difference", [s for s in known if s.contribution == 0]),
    ):
        if strands:
            yield heading, strands


def listed(strand: Strand) -> Iterator[Reason]:
    """The reasons of a strand whose value is known."""
    return (reason for reason in strand.reasons if reason.value is not None)


def unknown(path: ReasoningPath) -> Iterator[Reason]:
    """The percepts that could not be heard in this track."""
    return (r for strand in path.strands for r in strand.reasons if r.value is None)


def meant(reason: Reason) -> str:
    """What the concept says of such a value; nothing of an ordinary one.

    >>> meant(Reason("tempo", "tempo", "", "fast music", "slow music", "", 90.0, 0.1, -0.2, ()))
    'slow music'
    """
    if reason.percentile is None or ORDINARY[0] <= reason.percentile <= ORDINARY[1]:
        return ""
    return reason.high if reason.percentile > ORDINARY[1] else reason.low


def sentence(reason: Reason) -> str:
    """One reason: what was measured, how unusual it is, what that means.

    >>> print(sentence(Reason("tempo", "tempo", "", "fast", "slow", "", None, None, 0.0, ())))
    Tempo is not known, so it counts as average.
    """
    name = capitalised(reason.label or reason.feature)
    if reason.value is None:
        why = f" ({reason.missing})" if reason.missing else ""
        return f"{name} is not known{why}, so it counts as average."
    said = f"{name} is {measured(reason.value, reason.unit)}"
    if reason.percentile is not None:
        said += f", {rank(reason.percentile)}"
    if meaning := meant(reason):
        said += f", which means {meaning}"
    return said + (f" ({heard(reason.spans)})." if reason.spans else ".")


def total(path: ReasoningPath) -> str:
    """All addends with every digit that is kept, and their sum."""
    terms = [
        f" {'-' if s.contribution < 0 else '+'} {abs(s.contribution):.6f}" for s in path.strands
    ]
    return f"{path.base_rate:.6f}{''.join(terms)} = {path.log_odds:.6f}"
