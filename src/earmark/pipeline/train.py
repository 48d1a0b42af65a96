"""Learns a model from a table: clusters by meaning, weights by EM."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from earmark import percepts
from earmark.errors import ModelError
from earmark.model import TagModel, fit_tags
from earmark.semantics.grouping import UNPLACED, group
from earmark.types import Cluster, Concept, Table

log = logging.getLogger(__name__)


def concepts() -> dict[str, Concept]:
    """The concept of every feature that can be measured, by notation."""
    return {feature.concept.notation: feature.concept for feature in percepts.available()}


def clusters(features: Sequence[str]) -> tuple[Cluster, ...]:
    """The features in groups of close meaning; those without a concept stay together.

    All concepts that are known are grouped, whichever of them a dataset has: what means
    the same does not depend on what somebody happened to measure.
    """
    known = concepts()
    whole = group([*known, *features], known)
    found = tuple(part for cluster in whole if (part := _within(cluster, features)).features)
    for cluster in found:
        if cluster.notation == UNPLACED:
            log.warning(
                "%d of %d columns have no concept in the ontology and form a cluster of "
                "their own, which no meaning explains: %s",
                len(cluster.features),
                len(features),
                _some(cluster.features),
            )
    return found


def train(table: Table, *, name: str = "", seed: int = 0) -> TagModel:
    """A model learnt from the train and valid rows of a table."""
    rows = table.split("train", "valid")
    if not rows.tracks:
        raise ModelError(f"{table.name} has no track whose split is train or valid")
    return fit_tags(rows, clusters(rows.features), name=name or table.name, seed=seed)


def _within(cluster: Cluster, features: Sequence[str]) -> Cluster:
    """The part of a cluster that these features make."""
    return replace(cluster, features=tuple(f for f in cluster.features if f in features))


def _some(names: Sequence[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
