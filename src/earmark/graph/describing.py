"""Lets a store describe itself: what is in it (VoID), how to get it (DCAT), how to ask it.

All counts are asked of the store when it is described. Files and their paths, which are
never shared, are not counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pyoxigraph as ox

from earmark.errors import GraphError
from earmark.vocab import DCAT, DCTERMS, EAR, PROV, QUDT, RDF, RDFS, SD, SKOS, SOSA, VOID, XSD

from . import terms as t
from .exporting import shared
from .queries import ClassRow, LinkRow, PropertyRow, SizeRow
from .store import Store
from .turtle import prefixes

_SPACES = (DCAT, DCTERMS, EAR, PROV, QUDT, RDF, RDFS, SD, SKOS, SOSA, VOID, XSD)
_SHORT = {space.iri: space.prefix for space in _SPACES} | {
    "http://www.w3.org/2002/07/owl#": "owl",
}
_MEDIA = "https://www.iana.org/assignments/media-types/"
_DISTRIBUTIONS = {
    "nq": ("N-Quads, with named graphs", "application/n-quads"),
    "ttl": ("Turtle, without graphs", "text/turtle"),
    "jsonld": ("JSON-LD, with named graphs and short keys", "application/ld+json"),
}
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle")
# Graphs of which there is one for each track: their kinds are described and not they.
_MANY = ("recording", "track", "tags", "implied")


@dataclass(frozen=True, slots=True)
class Publication:
    """What only the publisher of a store knows: its title, its licence, where it is."""

    title: str = "Music tags with their reasons"
    licence: str | None = None
    endpoint: str | None = None
    downloads: str | None = None


def description(store: Store, published: Publication | None = None) -> str:
    """The description of a store in Turtle.

    Raises
    ------
    GraphError
        The licence, the endpoint or the place of downloads is not an IRI.
    """
    said: defaultdict[object, list[ox.Triple]] = defaultdict(list)
    for triple in _Describing(store, published or Publication()).triples():
        said[triple.subject].append(triple)
    together = (triple for triples in said.values() for triple in triples)
    own = prefixes(store.names) | {prefix: space for space, prefix in _SHORT.items()}
    return (ox.serialize(together, format=ox.RdfFormat.TURTLE, prefixes=own) or b"").decode()


class _Describing:
    """The triples that describe one store."""

    def __init__(self, store: Store, published: Publication) -> None:
        self._store = store
        self._published = published
        self._dataset = self._node()

    def triples(self) -> Iterator[ox.Triple]:
        yield from self._about()
        yield from self._counts()
        yield from self._links()
        yield from self._kinds()
        yield from self._distributions()
        yield from self._service()

    def _node(self, *parts: str) -> ox.NamedNode:
        """A node below that of the store; IRIs among the parts are shortened."""
        path = "/".join(quote(_short(part), safe=":") for part in parts)
        return ox.NamedNode(f"{self._store.names.base}store{'/' if path else ''}{path}")

    def _about(self) -> Iterator[ox.Triple]:
        published, node = self._published, self._dataset
        modified = datetime.now(UTC) - timedelta(seconds=self._store.age)
        for kind in (VOID.Dataset, DCAT.Dataset):
            yield ox.Triple(node, t.A, ox.NamedNode(kind))
        yield _said(node, DCTERMS.title, t.words(published.title))
        yield _said(node, DCTERMS.modified, t.moment(modified.isoformat(timespec="seconds")))
        yield _said(node, VOID.uriSpace, ox.Literal(self._store.names.base))
        if published.licence:
            yield _said(node, DCTERMS.license, _named(published.licence))
        for recording in self._store.quads(term=t.A, value=t.RECORDING):
            yield ox.Triple(node, ox.NamedNode(VOID.exampleResource), recording.subject)
            break

    # --- what is in it ---

    def _counts(self) -> Iterator[ox.Triple]:
        private = self._store.names.files_graph
        classes = self._store.rows("store_classes", ClassRow, files=private)
        properties = self._store.rows("store_properties", PropertyRow, files=private)
        (size,) = self._store.rows("store_size", SizeRow, files=private)
        node = self._dataset
        yield _count(node, VOID.triples, sum(row.triples for row in properties))
        yield _count(node, VOID.distinctSubjects, size.subjects)
        yield _count(node, VOID.entities, size.entities)
        yield _count(node, VOID.classes, len(classes))
        yield _count(node, VOID.properties, len(properties))
        used = {_space(row.property) for row in properties} | {_space(r.kind) for r in classes}
        for space in sorted(used):
            yield _said(node, VOID.vocabulary, ox.NamedNode(space))
        for one in classes:
            part = self._node("class", one.kind)
            yield _said(node, VOID.classPartition, part)
            yield _said(part, getattr(VOID, "class"), ox.NamedNode(one.kind))
            yield _count(part, VOID.entities, one.entities)
        for row in properties:
            part = self._node("property", row.property)
            yield _said(node, VOID.propertyPartition, part)
            yield _said(part, VOID.property, ox.NamedNode(row.property))
            yield _count(part, VOID.triples, row.triples)

    def _links(self) -> Iterator[ox.Triple]:
        """A set of links for each property and each place that it leads to."""
        for row in self._store.rows("store_links", LinkRow):
            links = self._node("links", row.property, row.space)
            there = self._node("elsewhere", row.space)
            yield _said(self._dataset, VOID.subset, links)
            yield _is(links, VOID.Linkset)
            yield _said(links, VOID.linkPredicate, ox.NamedNode(row.property))
            yield _said(links, VOID.subjectsTarget, self._dataset)
            yield _said(links, VOID.objectsTarget, there)
            yield _count(links, VOID.triples, row.triples)
            yield _is(there, VOID.Dataset)
            yield _said(there, VOID.uriSpace, ox.Literal(row.space))

    def _kinds(self) -> Iterator[ox.Triple]:
        """The graphs by what they hold: how many there are, and their triples."""
        graphs, triples = Counter[str](), Counter[str]()
        for graph in shared(self._store):
            kind = self._store.names.kind(graph) or "other"
            graphs[kind] += 1
            triples[kind] += self._size(graph)
        for kind in sorted(graphs):
            part = self._node("graphs", kind)
            yield _said(self._dataset, VOID.subset, part)
            yield _is(part, VOID.Dataset)
            yield _said(part, DCTERMS.title, t.words(f"{graphs[kind]} graphs of kind {kind}"))
            yield _count(part, VOID.triples, triples[kind])

    def _size(self, graph: str) -> int:
        return sum(1 for _ in self._store.quads(graph=graph))

    # --- how to get it, and how to ask it ---

    def _distributions(self) -> Iterator[ox.Triple]:
        for suffix, (title, media) in _DISTRIBUTIONS.items():
            node = self._node("distribution", suffix)
            yield _said(self._dataset, DCAT.distribution, node)
            yield _is(node, DCAT.Distribution)
            yield _said(node, DCTERMS.title, t.words(title))
            yield _said(node, DCAT.mediaType, ox.NamedNode(_MEDIA + media))
            if self._published.downloads:
                file = _named(f"{self._published.downloads.rstrip('/')}/earmark.{suffix}")
                yield _said(node, DCAT.downloadURL, file)
                yield _said(self._dataset, VOID.dataDump, file)

    def _service(self) -> Iterator[ox.Triple]:
        service, dataset = self._node("service"), self._node("service", "dataset")
        everything = self._node("service", "union")
        yield _is(service, SD.Service)
        yield _is(service, DCAT.DataService)
        yield _said(service, DCTERMS.title, t.words(f"SPARQL over {self._published.title}"))
        yield _said(service, DCAT.servesDataset, self._dataset)
        yield _said(service, SD.supportedLanguage, ox.NamedNode(SD.SPARQL11Query))
        yield _said(service, SD.feature, ox.NamedNode(SD.UnionDefaultGraph))
        for name in _RESULTS:
            form = ox.NamedNode(f"http://www.w3.org/ns/formats/{name}")
            yield _said(service, SD.resultFormat, form)
        if self._published.endpoint:
            endpoint = _named(self._published.endpoint)
            for term in (SD.endpoint, DCAT.endpointURL):
                yield _said(service, term, endpoint)
            yield _said(self._dataset, VOID.sparqlEndpoint, endpoint)
        yield _said(service, SD.defaultDataset, dataset)
        yield _is(dataset, SD.Dataset)
        yield _said(dataset, SD.defaultGraph, everything)
        yield _is(everything, SD.Graph)
        for graph in shared(self._store):
            if self._store.names.kind(graph) not in _MANY:
                yield from self._named_graph(dataset, graph)

    def _named_graph(self, dataset: ox.NamedNode, graph: str) -> Iterator[ox.Triple]:
        path = graph.removeprefix(f"{self._store.names.base}graph/")
        named, itself = self._node("service", "named", path), self._node("service", "graph", path)
        yield _said(dataset, SD.namedGraph, named)
        yield _is(named, SD.NamedGraph)
        yield _said(named, SD.name, ox.NamedNode(graph))
        yield _said(named, SD.graph, itself)
        yield _is(itself, SD.Graph)
        yield _count(itself, VOID.triples, self._size(graph))


def _named(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise GraphError(f"{iri!r} is not an IRI") from None


def _said(node: ox.NamedNode, term: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(term), value)


def _is(node: ox.NamedNode, kind: str) -> ox.Triple:
    return ox.Triple(node, t.A, ox.NamedNode(kind))


def _count(node: ox.NamedNode, term: str, value: float) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(term), t.whole(int(value)))


def _short(iri: str) -> str:
    """An IRI with its prefix, where we have one for it."""
    space = _space(iri)
    return f"{_SHORT[space]}:{iri.removeprefix(space)}" if space in _SHORT else iri


def _space(iri: str) -> str:
    """What an IRI begins with, up to the last / or #.

    >>> _space("http://www.w3.org/ns/prov#Activity")
    'http://www.w3.org/ns/prov#'
    """
    name = iri.replace("#", "/").rpartition("/")[2]
    return iri.removesuffix(name)
