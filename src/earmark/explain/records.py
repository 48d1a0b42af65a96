"""Gives a reasoning path as plain data, for programs that read JSON."""

from typing import Any

from earmark.types import Chain, Reason, ReasoningPath, Strand

from .sentences import meant


def record(path: ReasoningPath) -> dict[str, Any]:
    """The whole path under the names that the ontology gives its properties.

    ``logOdds`` is ``baseRate`` plus every ``contribution``; a contribution is its
    ``remainder`` plus every ``share``. Whatever is not known is null.
    """
    return {
        "track": path.track,
        "tag": path.tag,
        "label": path.label,
        "decision": path.decision.value,
        "probability": path.probability,
        "logOdds": path.log_odds,
        "low": path.low,
        "high": path.high,
        "threshold": path.threshold,
        "chain": path.chain.value,
        "run": path.run,
        "model": path.model,
        "baseRate": path.base_rate if path.chain is Chain.FULL else None,
        "because": [_strand(strand) for strand in path.strands],
    }


def _strand(strand: Strand) -> dict[str, Any]:
    return {
        "cluster": strand.cluster,
        "label": strand.label,
        "contribution": strand.contribution,
        "because": [_reason(reason) for reason in strand.reasons],
        "remainder": strand.remainder,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "feature": reason.feature,
        "label": reason.label,
        "value": reason.value,
        "unit": reason.unit,
        "missing": reason.missing or None,
        "percentile": reason.percentile,
        "meaning": meant(reason) or None,
        "share": reason.share,
        "seconds": [[span.start, span.end] for span in reason.spans],
    }
