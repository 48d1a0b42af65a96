"""Gives every feature its cluster, also those whose meaning nobody has written."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from earmark.types import Cluster, Concept

from .clusters import clusters
from .embed import embed, embeddable
from .meaning import sentence

log = logging.getLogger(__name__)

UNPLACED = "unplaced"


def group(features: Sequence[str], concepts: Mapping[str, Concept]) -> tuple[Cluster, ...]:
    """Clusters that hold each feature exactly once.

    Features with a concept are grouped by meaning. A concept whose meaning cannot be
    embedded here joins the cluster of its relatives, with a warning. Whatever is left,
    such as the columns of an unknown dataset, forms the cluster ``unplaced``.

    Examples
    --------
    >>> [(cluster.label, cluster.features) for cluster in group(["mfcc_2", "mfcc_1"], {})]
    [('columns without a concept', ('mfcc_1', 'mfcc_2'))]
    """
    known = [concepts[feature] for feature in dict.fromkeys(features) if feature in concepts]
    can = embeddable([sentence(concept) for concept in known])
    meant = [concept for concept, yes in zip(known, can, strict=True) if yes]
    found = clusters(meant, embed([sentence(concept) for concept in meant])) if meant else ()
    for concept, yes in zip(known, can, strict=True):
        if not yes:
            found = _adopt(concept, found, concepts)
    rest = set(features) - {feature for cluster in found for feature in cluster.features}
    if rest:
        found += (Cluster(UNPLACED, "columns without a concept", tuple(sorted(rest))),)
    return found


def _adopt(
    orphan: Concept, found: tuple[Cluster, ...], concepts: Mapping[str, Concept]
) -> tuple[Cluster, ...]:
    """The clusters with the orphan in the one that holds most of its relatives."""
    relatives = [
        sum(_related(orphan, concepts[feature]) for feature in cluster.features)
        for cluster in found
    ]
    home = relatives.index(max(relatives)) if any(relatives) else None
    where = UNPLACED if home is None else f"'{found[home].label}', the cluster of its relatives"
    log.warning(
        "the meaning of '%s' is new and cannot be embedded here, so it goes to %s: "
        'pip install "earmark[neural]" places it by its own meaning',
        orphan.label,
        where,
    )
    return tuple(
        replace(cluster, features=tuple(sorted((*cluster.features, orphan.notation))))
        if index == home
        else cluster
        for index, cluster in enumerate(found)
    )


def _related(orphan: Concept, other: Concept) -> bool:
    """Whether the other is the orphan's parent or has the same parent."""
    return bool(orphan.broader) and orphan.broader in (other.notation, other.broader)
