"""Checks that probabilities follow from log-odds; SPARQL has no exponential to do so."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .shapes import Answer, Finding, rows

#: The name that findings go by, as if it were one more audit.
RULE = "probabilities_follow"

_SCORES = """
PREFIX ear: <https://w3id.org/earmark/ns#>
SELECT ?node ?log_odds ?probability ?about ?run ?multiclass
WHERE {
  ?node ear:logOdds ?log_odds ; ear:probability ?probability ; ear:about ?about ; ear:run ?run .
  ?run ear:model/ear:multiclass ?multiclass .
}
"""
# Both are rounded to six decimals, and so is the normaliser found from them.
_ROUNDING = 2e-6


@dataclass(frozen=True, slots=True)
class _Score:
    node: str
    log_odds: float
    probability: float


def judge(ask: Callable[[str], Answer]) -> list[Finding]:
    """Which probabilities are not the logistic, or among classes the softmax, of log-odds."""
    singles: list[_Score] = []
    rivals: defaultdict[tuple[str, str], list[_Score]] = defaultdict(list)
    for row in rows(ask(_SCORES)):
        try:
            numbers = float(row["log_odds"].value), float(row["probability"].value)
        except ValueError:
            continue  # no number, which another audit finds
        score = _Score(row["node"].value, *numbers)
        if row["multiclass"].value == "true":
            rivals[row["about"].value, row["run"].value].append(score)
        else:
            singles.append(score)
    found = [*_not_logistic(singles)]
    for group in rivals.values():
        found += _not_softmax(group)
    return sorted(found)


def _not_logistic(scores: list[_Score]) -> Iterator[Finding]:
    for score in scores:
        # exp of what is clearly below it would overflow.
        expected = 1 / (1 + math.exp(-score.log_odds)) if score.log_odds > -700 else 0.0
        yield from _compared(score, expected)


def _not_softmax(scores: list[_Score]) -> Iterator[Finding]:
    """Rivals that are not all kept have no known sum, but one normaliser all the same."""
    surest = max(scores, key=lambda score: score.probability)
    if not 0 < surest.probability <= 1:
        return  # which a shape finds
    normaliser = surest.log_odds - math.log(surest.probability)
    for score in scores:
        yield from _compared(score, math.exp(min(0.0, score.log_odds - normaliser)))


def _compared(score: _Score, expected: float) -> Iterator[Finding]:
    if not abs(score.probability - expected) <= _ROUNDING:
        told = (
            f"ear:probability is {score.probability:.6f}, but {expected:.6f} follows from "
            f"ear:logOdds {score.log_odds:.6f}: state that"
        )
        yield Finding(RULE, score.node, told)
