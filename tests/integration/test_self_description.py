"""What a store says of itself is what SPARQL counts in it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, RDF, VOID

from earmark.errors import GraphError
from earmark.graph import Store
from earmark.graph.describing import Publication, description
from earmark.pipeline.tagger import Tagger

Run = Callable[..., tuple[int, str, str]]

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
STORE = rdflib.URIRef("https://example.org/id/store")
# Every triple but those of files and of failures with them.
SHARED = "GRAPH ?g { ?s ?p ?o } FILTER (!CONTAINS(STR(?g), '/graph/files'))"
TYPED = "GRAPH ?g { ?s a ?c } FILTER (!CONTAINS(STR(?g), '/graph/files'))"


def described(store: Store, **published: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=description(store, Publication(**published)), format="turtle")


def counted(store: Store, text: str) -> list[tuple[str, ...]]:
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(value.value for value in row) for row in found]


@pytest.fixture
def store(demo: Path, tmp_path: Path) -> Iterator[Store]:
    """The demo store, to which a file that is no music has been given."""
    place = Path(shutil.copytree(demo, tmp_path / "store"))
    noise = tmp_path / "no-music.wav"
    noise.write_bytes(b"RIFF")
    with Tagger.open(place) as tagger:
        assert [tagged.error is not None for tagged in tagger.tag_all([noise])] == [True]
    with Store.open(place) as opened:
        assert any(graph.startswith(f"{opened.names.files_graph}/") for graph in opened.graphs())
        yield opened


def test_the_counts_are_those_of_sparql(store: Store) -> None:
    said = described(store)
    for term, what in (
        (VOID.triples, f"SELECT (COUNT(*) AS ?n) {{ {SHARED} }}"),
        (VOID.distinctSubjects, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {SHARED} }}"),
        (VOID.properties, f"SELECT (COUNT(DISTINCT ?p) AS ?n) {{ {SHARED} }}"),
        (VOID.classes, f"SELECT (COUNT(DISTINCT ?c) AS ?n) {{ {TYPED} }}"),
        (VOID.entities, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {TYPED} }}"),
    ):
        assert [(str(said.value(STORE, term)),)] == counted(store, what), term


def test_every_class_and_property_has_a_partition(store: Store) -> None:
    said = described(store)
    classes = f"SELECT ?c (COUNT(?s) AS ?n) {{ {TYPED} }} GROUP BY ?c"
    properties = f"SELECT ?p (COUNT(?s) AS ?n) {{ {SHARED} }} GROUP BY ?p"
    for kind, term, count, query in (
        (VOID.classPartition, "class", VOID.entities, classes),
        (VOID.propertyPartition, "property", VOID.triples, properties),
    ):
        parts = {
            (str(said.value(part, VOID[term])), str(said.value(part, count)))
            for part in said.objects(STORE, kind)
        }
        assert parts == set(counted(store, query))
        assert len(parts) > 20


def test_links_to_other_places_are_sets_of_links() -> None:
    store = Store.memory("https://example.org/id/")
    here, base = "https://w3id.org/earmark/voc/tags/genre", "https://example.org/id/graph/links"
    match = "http://www.w3.org/2004/02/skos/core#exactMatch"
    before = set(described(store).subjects(RDF.type, VOID.Linkset))
    for there in ("http://www.wikidata.org/entity/Q1", "http://www.wikidata.org/entity/Q2"):
        link = ox.Triple(ox.NamedNode(here), ox.NamedNode(match), ox.NamedNode(there))
        store.extend({base: [link]})
    said = described(store)
    (links,) = set(said.subjects(RDF.type, VOID.Linkset)) - before
    assert str(said.value(links, VOID.linkPredicate)) == match
    assert str(said.value(links, VOID.triples)) == "2"
    target = said.value(links, VOID.objectsTarget)
    assert str(said.value(target, VOID.uriSpace)) == "http://www.wikidata.org/entity/"


def test_graphs_are_named_and_counted_but_not_those_of_files(store: Store) -> None:
    said = described(store)
    named = {str(name) for name in said.objects(None, SD.name)}
    assert store.names.runs_graph in named
    assert store.names.ontology_graph in named
    assert store.names.files_graph not in named
    for node in said.subjects(RDF.type, SD.NamedGraph):
        graph = str(said.value(node, SD.name))
        size = said.value(said.value(node, SD.graph), VOID.triples)
        assert str(size) == str(len(store.graph(graph))), graph
    subsets = [part for part in said.objects(STORE, VOID.subset) if "/graphs/" in str(part)]
    total = sum(int(str(said.value(part, VOID.triples))) for part in subsets)
    assert str(total) == str(said.value(STORE, VOID.triples))


def test_where_it_is_published_is_said_where_it_is_known(store: Store) -> None:
    assert not set(described(store).objects(None, SD.endpoint))
    said = described(
        store,
        licence="https://creativecommons.org/licenses/by/4.0/",
        endpoint="https://example.org/sparql",
        downloads="https://example.org/dumps/",
    )
    assert {str(x) for x in said.objects(None, SD.endpoint)} == {"https://example.org/sparql"}
    files = {str(x).rpartition("/")[2] for x in said.objects(None, DCAT.downloadURL)}
    assert files == {"earmark.nq", "earmark.ttl", "earmark.jsonld"}
    assert len(set(said.subjects(RDF.type, DCAT.Distribution))) == 3
    assert (STORE, RDF.type, DCAT.Dataset) in said
    with pytest.raises(GraphError, match="'no place' is not an IRI"):
        described(store, endpoint="no place")


def test_the_command_prints_turtle(demo: Path, run: Run) -> None:
    code, out, _ = run("describe", "--store", str(demo), "--title", "My music")
    assert code == 0
    said = rdflib.Graph().parse(data=out, format="turtle")
    assert str(said.value(STORE, DCTERMS.title)) == "My music"
    assert not any(isinstance(node, rdflib.BNode) for node in said.all_nodes())
