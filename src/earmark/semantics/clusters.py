"""Finds groups of concepts that lie close together in meaning.

The concepts are the nodes of a graph, joined to their nearest neighbours in meaning;
its communities are the clusters. No tag and no track is looked at, so clusters are a
matter of language alone.

References
----------
.. [1] V. D. Blondel et al., "Fast unfolding of communities in large networks",
   Journal of Statistical Mechanics, 2008.
.. [2] P. J. Rousseeuw, "Silhouettes: a graphical aid to the interpretation and
   validation of cluster analysis", Journal of Computational and Applied
   Mathematics, 1987.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from earmark.types import Array, Cluster, Concept

if TYPE_CHECKING:
    import networkx as nx

_NEIGHBOURS = 5
# From one large community to many small ones; finer steps find nothing new.
_RESOLUTIONS = tuple(tenths / 10 for tenths in range(5, 31))

Groups = tuple[tuple[int, ...], ...]


def clusters(
    concepts: Sequence[Concept],
    vectors: Array,
    *,
    resolution: float | None = None,
    seed: int = 0,
) -> tuple[Cluster, ...]:
    """Clusters of concepts with like meanings, named for a musician.

    The same concepts give the same clusters in whatever order they come.

    Parameters
    ----------
    concepts : sequence of Concept
    vectors : array, concepts x dimensions
        Unit vectors of the concepts' meanings.
    resolution : float, optional
        Of the community search [1]_: more gives smaller clusters. Left out, it is
        chosen by the clusters' mean silhouette [2]_ among those partitions where no
        cluster holds more than half of the concepts: one that holds most of what can
        be said says nothing.
    seed : int
        Of the community search.

    Examples
    --------
    >>> words = [Concept(word, word, "") for word in ("bright", "sharp", "fast", "quick")]
    >>> vectors = np.array([[1.0, 0.0], [0.9, 0.1], [0.1, 0.9], [0.0, 1.0]])
    >>> [cluster.features for cluster in clusters(words, vectors)]
    [('bright', 'sharp'), ('fast', 'quick')]
    """
    order = sorted(range(len(concepts)), key=lambda i: concepts[i].notation)
    ordered = [concepts[i] for i in order]
    likeness = _likeness(np.asarray(vectors)[order])
    graph = _neighbours(likeness)
    steps = _RESOLUTIONS if resolution is None else (resolution,)
    partitions = list(dict.fromkeys(_communities(graph, step, seed) for step in steps))
    best = max(partitions, key=lambda groups: _worth(groups, likeness))
    return _named(best, ordered, likeness)


def _likeness(vectors: Array) -> Array:
    """Cosines between the meanings, less what all of them share.

    All meanings are sentences of one form about music: that common part says nothing
    about which of them belong together, and is taken away first.
    """
    centred = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    centred /= np.where(lengths > 0, lengths, 1)
    cosines: Array = np.clip(centred @ centred.T, -1, 1)
    return cosines


def _neighbours(likeness: Array) -> "nx.Graph[int]":
    """Each concept joined to its nearest, so far as they are alike at all."""
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(likeness)))
    for i, row in enumerate(likeness):
        nearest = [int(j) for j in np.argsort(-row, kind="stable") if j != i][:_NEIGHBOURS]
        graph.add_weighted_edges_from((i, j, float(row[j])) for j in nearest if row[j] > 0)
    return graph


def _communities(graph: "nx.Graph[int]", resolution: float, seed: int) -> Groups:
    import networkx as nx

    found = nx.community.louvain_communities(graph, resolution=resolution, seed=seed)
    return tuple(sorted(tuple(sorted(group)) for group in found))


def _worth(groups: Groups, likeness: Array) -> tuple[bool, float]:
    """What partitions are ranked by: no overlarge cluster first, then silhouette."""
    half = -(-len(likeness) // 2)
    return max(map(len, groups)) <= half, _silhouette(groups, likeness)


def _silhouette(groups: Groups, likeness: Array) -> float:
    """How much nearer concepts are to their own cluster than to the next, -1 to 1.

    A concept alone in its cluster counts 0, and so does a partition with no other
    cluster to compare with.
    """
    if len(groups) < 2:
        return 0.0
    distance = 1 - likeness
    score = 0.0
    for group in groups:
        if len(group) == 1:
            continue
        inside = distance[np.ix_(group, group)].sum(axis=1) / (len(group) - 1)
        outside = np.min(
            [distance[np.ix_(group, other)].mean(axis=1) for other in groups if other != group],
            axis=0,
        )
        score += float(np.sum((outside - inside) / np.maximum(np.maximum(outside, inside), 1e-12)))
    return score / len(likeness)


def _named(groups: Groups, concepts: Sequence[Concept], likeness: Array) -> tuple[Cluster, ...]:
    """The groups as clusters, each with a label that no other has."""
    central = [_central(group, concepts, likeness) for group in groups]
    labels = [
        _label([concepts[i] for i in group], middle)
        for group, middle in zip(groups, central, strict=True)
    ]
    taken = Counter(labels)
    distinct = [
        f"{label}: {middle.label}" if taken[label] > 1 else label
        for label, middle in zip(labels, central, strict=True)
    ]
    return tuple(
        Cluster(_slug(label), label, tuple(concepts[i].notation for i in group))
        for label, group in zip(distinct, groups, strict=True)
    )


def _central(group: Sequence[int], concepts: Sequence[Concept], likeness: Array) -> Concept:
    """The concept that is most like all the others of its group."""
    return concepts[max(group, key=lambda i: float(likeness[i, list(group)].sum()))]


def _label(members: Sequence[Concept], central: Concept) -> str:
    """The two broader terms most of the members share, or else the central label."""
    broader = Counter(concept.broader for concept in members if concept.broader)
    if not broader:
        return central.label
    return " and ".join(term.replace("_", " ") for term, _ in broader.most_common(2))


def _slug(label: str) -> str:
    """A label as a notation.

    >>> _slug("dynamics and loudness: tempo")
    'dynamics-and-loudness-tempo'
    """
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")
