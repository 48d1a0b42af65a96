"""JSON-LD with short keys says exactly what the triples say."""

import io
import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.errors import GraphError
from earmark.graph import jsonld
from earmark.graph.context import context
from earmark.vocab import DCTERMS, EAR, PROV, RDF, SKOS, VOID, XSD

BASE = "https://example.org/id/"
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
NAMES = st.sampled_from(
    [
        f"{BASE}track/6f2a",
        f"{BASE}track/gtzan/rock%201",
        f"{BASE}track/../../etc",
        f"{BASE}a:b/c",
        f"{BASE}//host/path",
        f"{BASE}?query",
        f"{BASE}#part",
        f"{BASE}@type",
        BASE,
        f"{EAR.iri}because",
        "https://w3id.org/earmark/voc/tags/genre/jazz",
        "urn:isbn:1",
    ]
).map(ox.NamedNode)
TERMS = st.sampled_from(
    [
        EAR.because,
        EAR.logOdds,
        EAR.imputed,
        EAR.index,
        EAR.path,
        SKOS.prefLabel,
        SKOS.inScheme,
        DCTERMS.source,
        PROV.startedAtTime,
        VOID.triples,
        RDF.type,
        "http://elsewhere.example/term",
    ]
).map(ox.NamedNode)
KINDS = st.sampled_from(
    [XSD.decimal, XSD.integer, XSD.boolean, XSD.string, XSD.dateTime, f"{XSD.iri}double"]
).map(ox.NamedNode)
WORDS = st.one_of(TEXT, st.sampled_from(["true", "1", "01", "-0", "9" * 20, "1.50", "x y"]))
VALUES = st.one_of(
    NAMES,
    st.builds(lambda text, kind: ox.Literal(text, datatype=kind), WORDS, KINDS),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag), TEXT, st.sampled_from(["en", "de"])
    ),
)


def written(triples: list[ox.Triple]) -> bytes:
    out = io.BytesIO()
    jsonld.write(out, [(f"{BASE}graph/runs", triples)], BASE)
    return out.getvalue()


@given(st.lists(st.builds(ox.Triple, NAMES, TERMS, VALUES), max_size=12))
def test_whatever_is_said_reads_back_the_same(triples: list[ox.Triple]) -> None:
    said = [
        triple
        for triple in triples
        if triple.predicate.value != RDF.type or isinstance(triple.object, ox.NamedNode)
    ]
    text = written(said)
    graph = ox.NamedNode(f"{BASE}graph/runs")
    back = set(ox.parse(text, format=ox.RdfFormat.JSON_LD))
    assert back == {ox.Quad(t.subject, t.predicate, t.object, graph) for t in said}


def test_a_name_that_would_read_as_another_is_refused() -> None:
    node = ox.NamedNode(f"{BASE}track/6f2a")
    with pytest.raises(GraphError, match="<voc:x> cannot be written as JSON-LD"):
        written([ox.Triple(node, ox.NamedNode(EAR.because), ox.NamedNode("voc:x"))])


def test_keys_are_short_and_names_relative() -> None:
    node = ox.NamedNode(f"{BASE}track/6f2a")
    text = written(
        [
            ox.Triple(node, ox.NamedNode(RDF.type), ox.NamedNode(EAR.Recording)),
            ox.Triple(node, ox.NamedNode(EAR.hasTag), ox.NamedNode(f"{BASE}tag/odd")),
            ox.Triple(node, ox.NamedNode(SKOS.prefLabel), ox.Literal("six", language="en")),
            ox.Triple(
                node,
                ox.NamedNode(EAR.openEnded),
                ox.Literal("true", datatype=ox.NamedNode(XSD.boolean)),
            ),
        ]
    )
    (found,) = json.loads(text)["@graph"][0]["@graph"]
    assert found == {
        "@id": "track/6f2a",
        "@type": "Recording",
        "hasTag": "tag/odd",
        "prefLabel": "six",
        "openEnded": True,
    }


def test_our_own_terms_have_the_bare_names() -> None:
    terms = context()["@context"]
    for term in EAR.terms:
        means = terms[term]
        assert (means if isinstance(means, str) else means["@id"]) == f"ear:{term}"
    # Two vocabularies have a Dataset, so neither may have the bare name.
    assert "Dataset" not in terms
    assert {"dcat:Dataset", "void:Dataset"} <= set(terms)


@pytest.mark.parametrize("term", ["because", "about", "hasTag", "run"])
def test_what_is_a_name_is_written_as_a_name(term: str) -> None:
    assert context()["@context"][term]["@type"] == "@id"
