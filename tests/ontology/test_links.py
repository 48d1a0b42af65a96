"""Links and alignments: confirmed, canonical, harmless, and ready to be taken in."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from earmark.errors import GraphError
from earmark.graph import Store, check
from earmark.graph.authoring import concepts
from earmark.graph.importing import bring
from earmark.graph.links import Link, alignments, links
from earmark.graph.queries import parsed
from earmark.graph.shapes import validate
from earmark.pipeline.ontology import links_ttl
from earmark.resources import shipped
from earmark.vocab import EAR, VERSION, VOC

ALIGNED = sorted(shipped("ontology", "align").glob("*.ttl"))
STEMS = [path.stem for path in ALIGNED]
EXAMPLES = sorted(shipped("ontology", "examples", "good").glob("*.ttl"))
CC_BY = rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/")

# What may stand in links.tsv: the vocabulary, and how it writes its names.
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OBJECTS = {
    "http://www.wikidata.org/entity/": r"http://www\.wikidata\.org/entity/Q[1-9]\d*",
    "https://musicbrainz.org/genres": rf"http://musicbrainz\.org/genre/{UUID}",
    "http://id.loc.gov/authorities/genreForms": r"http://id\.loc\.gov/authorities/genreForms/gf\d{10}",
    "http://id.loc.gov/authorities/performanceMediums": (
        r"http://id\.loc\.gov/authorities/performanceMediums/mp\d{10}"
    ),
    "https://github.com/audioset/ontology": r"https://github\.com/audioset/ontology#/[mt]/\w+",
}
MATCHES = {"skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch"}
# A file at one commit, so that it says tomorrow what it said when it was read.
READ = r"https://github\.com/[\w.-]+/[\w.-]+/blob/[0-9a-f]{40}/\S+"

# The namespaces of the anchor that each file is about.
ANCHORS = {
    "afv": ("https://w3id.org/afo/vocab/1.1#",),
    "chord": ("http://purl.org/ontology/chord/",),
    "emotion": ("http://purl.obolibrary.org/obo/MFOEM_",),
    "eo": ("https://purl.org/heals/eo#",),
    "fho": ("http://purl.org/ontology/fho/",),
    "mls": ("http://www.w3.org/ns/mls#",),
    "mo": ("http://purl.org/ontology/mo/", "http://purl.org/NET/c4dm/"),
    "music-meta": ("https://w3id.org/polifonia/ontology/music-meta/",),
    "oa": ("http://www.w3.org/ns/oa#",),
    "prov": ("http://www.w3.org/ns/prov#",),
    "sosa": ("http://www.w3.org/ns/sosa/",),
}
SKOS_MATCHES = {SKOS[match.removeprefix("skos:")] for match in MATCHES}
SAID = SKOS_MATCHES | {RDFS.subClassOf, RDFS.subPropertyOf}
# They describe what people feel, or classes of chords: never the very same thing.
NEVER_EXACT = ("emotion", "fho")


def turtle(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(data=path.read_text("utf-8"), format="turtle")


def named(scheme: str) -> dict[str, tuple[str, ...]]:
    """The names of each concept, its preferred one first."""
    graph = turtle(shipped("ontology", "vocab", f"{scheme}.ttl"))
    found = graph.subjects(SKOS.inScheme, rdflib.URIRef(VOC + scheme))
    return {
        str(one): tuple(
            str(name)
            for said in (SKOS.prefLabel, SKOS.altLabel)
            for name in graph.objects(one, said)
        )
        for one in found
    }


LINKABLE = named("tags") | named("keys")


def plain(name: str) -> str:
    """A name without what catalogues add to it: brackets, `music`, signs."""
    bare = re.sub(r"\(.*?\)|\b(music|instrument)\b", "", name.lower()).replace("&", "and")
    return re.sub(r"[^a-z0-9]", "", bare)


# --- the table of links ---


def faults(table: Iterable[Link]) -> list[str]:
    """What is wrong with rows of the table, one by one."""
    found = []
    for row in table:
        wrong = [what for what, holds in _rules(row).items() if not holds]
        found += [f"{row.subject_id} -> {row.object_id}: {what}" for what in wrong]
    return found


def _rules(row: Link) -> dict[str, bool]:
    names = LINKABLE.get(row.subject_id, ("",))
    lexical = row.mapping_justification == "semapv:LexicalMatching"
    rules = {
        "subject": row.subject_id in LINKABLE,
        "subject_label": row.subject_label == names[0],
        "justification": lexical or row.mapping_justification == "semapv:ManualMappingCuration",
        "date": date(2026, 11, 1) <= _date(row.mapping_date) <= datetime.now(UTC).date(),
    }
    if not row.is_confirmed:
        blank = (row.object_label, row.object_source, row.confidence, row.see_also)
        none = row.predicate_id == "skos:exactMatch" and row.comment == "none confirmed"
        return rules | {"none": none and not any(blank)}
    return rules | {
        "predicate": row.predicate_id in MATCHES,
        "object": bool(re.fullmatch(OBJECTS.get(row.object_source, ""), row.object_id)),
        "object_label": bool(row.object_label),
        "lexical": not lexical or plain(row.object_label) in map(plain, names),
        "confidence": bool(re.fullmatch(r"0\.\d+|1", row.confidence)) and row.confidence != "0.0",
        "see_also": bool(re.fullmatch(READ, row.see_also)),
    }


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


def test_every_row_is_in_order() -> None:
    assert faults(links()) == []


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("subject", {"subject_id": f"{VOC}tags/genre/unheard-of"}),
        ("subject_label", {"subject_label": "bleus"}),
        ("predicate", {"predicate_id": "owl:sameAs"}),
        ("object", {"object_id": "https://www.wikidata.org/wiki/Q9759"}),
        ("lexical", {"object_label": "green music"}),
        ("justification", {"mapping_justification": "semapv:Guess"}),
        ("date", {"mapping_date": "yesterday"}),
        ("confidence", {"confidence": "1.5"}),
        ("see_also", {"see_also": "https://github.com/someone/something"}),
    ],
)
def test_a_row_that_is_not_in_order_is_found(what: str, value: dict[str, str]) -> None:
    good = next(row for row in links() if row.subject_label == "blues" and row.is_confirmed)
    assert what in " ".join(faults([good._replace(**value)]))


def test_every_tag_and_key_is_linked_or_says_that_it_is_not() -> None:
    rows = Counter(row.subject_id for row in links())
    assert set(rows) == set(LINKABLE)
    assert len(LINKABLE) == 221 + 24
    for row in links():
        assert row.is_confirmed or rows[row.subject_id] == 1, row.subject_id
    confirmed = {row.subject_id for row in links() if row.is_confirmed}
    # Fewer would mean that some were lost.
    assert len(confirmed) >= 130


def test_no_link_is_said_twice() -> None:
    table = links()
    assert table == sorted(table, key=lambda row: (row.subject_id, row.object_id))
    assert len({(row.subject_id, row.object_id) for row in table}) == len(table)
    # Two exact matches in one vocabulary would make its two concepts one.
    exact = [row for row in table if row.is_confirmed and row.predicate_id == "skos:exactMatch"]
    assert len({(row.subject_id, row.object_source) for row in exact}) == len(exact)
    assert len({row.object_id for row in exact}) == len(exact), "one thing is exactly two of ours"


def test_the_turtle_of_the_links_is_fresh() -> None:
    path = shipped("ontology", "align", "links.ttl")
    assert path.read_text("utf-8") == links_ttl(), "run `make ontology`"
    said = {(str(s), p, str(o)) for s, p, o in turtle(path) if p in SKOS_MATCHES}
    confirmed = [row for row in links() if row.is_confirmed]
    wanted = {
        (row.subject_id, SKOS[row.predicate_id.removeprefix("skos:")], row.object_id)
        for row in confirmed
    }
    assert said == wanted
    assert len(said) == len(confirmed)


# --- alignments ---


def test_every_anchor_has_its_file() -> None:
    assert sorted([*ANCHORS, "links"]) == STEMS


@pytest.mark.parametrize("path", ALIGNED, ids=STEMS)
def test_both_parsers_read_an_alignment_alike(path: Path) -> None:
    triples = [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
    assert len(turtle(path)) == len(triples) == len(set(triples))
    assert not any(isinstance(part, ox.BlankNode) for t in triples for part in t)


@pytest.mark.parametrize("path", ALIGNED, ids=STEMS)
def test_an_alignment_says_what_it_is(path: Path) -> None:
    graph = turtle(path)
    (head,) = graph.subjects(RDF.type, OWL.Ontology)
    assert str(graph.value(head, OWL.versionIRI)) == f"{head}/{VERSION}"
    assert str(graph.value(head, OWL.versionInfo)) == VERSION
    assert graph.value(head, DCTERMS.license) == CC_BY
    for said in (DCTERMS.title, DCTERMS.description, DCTERMS.creator):
        assert len(list(graph.objects(head, said))) == 1, said
    assert not list(graph.objects(head, OWL.imports)), "an alignment loads nothing of others"


@pytest.mark.parametrize("stem", sorted(ANCHORS))
def test_an_alignment_maps_our_terms_to_its_anchor_only(stem: str) -> None:
    graph = turtle(shipped("ontology", "align", f"{stem}.ttl"))
    (head,) = graph.subjects(RDF.type, OWL.Ontology)
    assert graph.value(head, DCTERMS.source)
    mapped = [triple for triple in graph if triple[0] != head]
    assert mapped
    for ours, said, theirs in mapped:
        assert said in SAID, said
        assert is_ours(str(ours)), ours
        assert str(theirs).startswith(ANCHORS[stem]), theirs
        assert stem not in NEVER_EXACT or said == SKOS.closeMatch


def is_ours(iri: str) -> bool:
    if iri.startswith(EAR.iri):
        return iri.removeprefix(EAR.iri) in EAR.terms
    scheme, _, notation = iri.removeprefix(VOC).partition("/")
    return notation in concepts(scheme)


def test_a_misspelt_term_of_ours_is_none_of_ours() -> None:
    assert is_ours(EAR.Recording)
    assert is_ours(f"{VOC}keys/C:maj")
    assert not is_ours(f"{EAR.iri}Recoding")
    assert not is_ours(f"{VOC}keys/H:maj")


def test_every_key_has_its_counterparts_in_the_music_ontology() -> None:
    graph = turtle(shipped("ontology", "align", "mo.ttl"))
    keys = {str(s) for s, _, o in graph if "keys.owl" in str(o)}
    assert keys == {f"{VOC}keys/{notation}" for notation in concepts("keys")}


def test_no_file_of_ours_loads_an_alignment() -> None:
    modules = [*shipped("ontology").glob("*.ttl"), *shipped("ontology", "vocab").glob("*.ttl")]
    assert len(modules) > 8
    for path in modules:
        assert "ont/align" not in path.read_text("utf-8"), path.name
        assert "owl:imports" not in path.read_text("utf-8"), path.name


def test_alignments_leave_the_good_examples_conforming() -> None:
    """All at once, which is more than any of them."""
    extra = list(alignments())
    assert len(extra) > 300
    for path in EXAMPLES:
        triples = [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
        assert validate([*triples, *extra]) == [], path.stem


# --- in a store ---


@pytest.mark.parametrize("path", ALIGNED, ids=STEMS)
def test_an_alignment_can_be_taken_in(store: Store, path: Path) -> None:
    added = bring(store, path).added
    assert added == len(turtle(path))
    assert bring(store, path).added == 0
    assert [str(finding) for finding in check.everything(store)] == []


def test_nobody_else_aligns_our_terms(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(f"<{EAR.Recording}> <{RDFS.subClassOf}> <https://example.org/Song> .")
    with pytest.raises(GraphError, match="ours to describe"):
        bring(store, path)


def test_tags_can_be_written_as_web_annotations(store: Store) -> None:
    text = shipped("ontology", "align", "oa.rq").read_text("utf-8")
    assert parsed("oa", text).question.endswith("?")
    answer = store.query(text)
    assert isinstance(answer, ox.QueryTriples)
    written = rdflib.Graph().parse(
        data=ox.serialize(answer, format=ox.RdfFormat.N_TRIPLES), format="nt"
    )
    oa = rdflib.Namespace("http://www.w3.org/ns/oa#")
    annotations = {
        (
            str(written.value(target, oa.hasSource)),
            str(written.value(one, oa.hasBody)),
            str(written.value(written.value(target, oa.hasSelector), RDF.value)),
        )
        for one in written.subjects(RDF.type, oa.Annotation)
        for target in written.objects(one, oa.hasTarget)
    }
    has_tag = store.quads(term=ox.NamedNode(EAR.hasTag))
    assert annotations == {
        (quad.subject.value, quad.object.value, "t=0,30")
        for quad in has_tag
        if isinstance(quad.object, ox.NamedNode) and isinstance(quad.subject, ox.NamedNode)
    }
    assert annotations
    assert not any(isinstance(part, rdflib.BNode) for triple in written for part in triple)
