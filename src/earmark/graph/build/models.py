"""A model as triples: its clusters, their weights for each tag, how values are spread."""

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from earmark.graph import terms as t
from earmark.graph.names import Names
from earmark.graph.numbers import measured
from earmark.types import Cluster, Concept, ModelDescription

from .concepts import NOTHING_KNOWN, Graphs, concepts


def model(
    names: Names, described: ModelDescription, meanings: Mapping[str, Concept] = NOTHING_KNOWN
) -> Graphs:
    """The graph of a model, and one for each feature or tag that only it knows."""
    return (
        {names.model_graph(described.id): list(_triples(names, described))}
        | concepts(names, "features", described.procedures, meanings)
        | concepts(names, "tags", described.tags, meanings)
    )


def _triples(names: Names, described: ModelDescription) -> Iterator[Triple]:
    node = NamedNode(names.model(described.id))
    yield Triple(node, t.A, t.MODEL)
    yield Triple(node, t.IDENTIFIER, Literal(described.id))
    yield Triple(node, t.LABEL, t.words(described.name))
    yield Triple(node, t.DIGEST, Literal(described.digest))
    yield Triple(node, t.MULTICLASS, t.truth(described.multiclass))
    yield Triple(node, t.TRAINED_ON, Literal(described.trained_on))
    yield Triple(node, t.RIGHTS, Literal(described.licence))
    for tag in described.tags:
        yield Triple(node, t.OFFERS, NamedNode(names.concept("tags", tag)))
    scheme = NamedNode(names.clusters(described.id))
    yield Triple(scheme, t.A, t.CONCEPT_SCHEME)
    yield Triple(scheme, t.LABEL, t.words(f"clusters of {described.name}"))
    for cluster in described.clusters:
        yield from _cluster(names, node, described.id, cluster)
    for (cluster_name, tag), weight in described.weights.items():
        yield from _weight(names, node, described.id, cluster_name, tag, weight)
    for feature in described.procedures:
        yield from _scale(names, node, described, feature)


def _cluster(names: Names, of: NamedNode, model: str, cluster: Cluster) -> Iterator[Triple]:
    node = NamedNode(names.cluster(model, cluster.notation))
    members = ", ".join(feature.replace("_", " ") for feature in cluster.features)
    yield Triple(node, t.A, t.CONCEPT)
    yield Triple(node, t.A, t.FEATURE_CLUSTER)
    yield Triple(node, t.IN_SCHEME, NamedNode(names.clusters(model)))
    yield Triple(node, t.OF_MODEL, of)
    yield Triple(node, t.NOTATION, Literal(cluster.notation))
    yield Triple(node, t.PREF_LABEL, t.words(cluster.label))
    yield Triple(node, t.DEFINITION, t.words(f"What is weighed together: {members}."))
    for feature in cluster.features:
        yield Triple(node, t.MEMBER, NamedNode(names.concept("features", feature)))


def _weight(
    names: Names, of: NamedNode, model: str, cluster: str, tag: str, weight: float
) -> Iterator[Triple]:
    node = NamedNode(names.weight(model, cluster, tag))
    yield Triple(node, t.A, t.CLUSTER_WEIGHT)
    yield Triple(node, t.OF_MODEL, of)
    yield Triple(node, t.CLUSTER, NamedNode(names.cluster(model, cluster)))
    yield Triple(node, t.TAG, NamedNode(names.concept("tags", tag)))
    yield Triple(node, t.WEIGHT, t.score(weight))


def _scale(
    names: Names, of: NamedNode, described: ModelDescription, feature: str
) -> Iterator[Triple]:
    node = NamedNode(names.scale(described.id, feature))
    yield Triple(node, t.A, t.PERCENTILE_SCALE)
    yield Triple(node, t.OF_MODEL, of)
    yield Triple(node, t.OBSERVED_PROPERTY, NamedNode(names.concept("features", feature)))
    procedure = names.procedure(described.procedures[feature])
    yield Triple(node, t.USED_PROCEDURE, NamedNode(procedure))
    # One literal and not 101 nodes: nobody asks for a single one of them.
    values = " ".join(measured(value) for value in described.percentiles[feature])
    yield Triple(node, t.PERCENTILES, Literal(values))
