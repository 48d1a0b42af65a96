"""What others wrote is taken in as a whole, or refused with file, line and reason."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from earmark.errors import GraphError
from earmark.graph import Store
from earmark.graph.importing import bring
from earmark.graph.reading import CONTEXT
from earmark.vocab import EAR, SKOS

Run = Callable[..., tuple[int, str, str]]

BASE = "https://example.org/id/"
PREFIXES = f"""@prefix ear: <{EAR.iri}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <{SKOS.iri}> .
@prefix tags: <https://w3id.org/earmark/voc/tags/> .
@prefix my: <https://example.org/my/> .
"""
LINES = PREFIXES.count("\n")
CONCEPT = """
my:{name} a skos:Concept ; skos:inScheme my:tags ; skos:notation "{name}" ;
  skos:prefLabel "{name}"@en ; skos:definition "A tag of my own."@en ; skos:broader my:{broader} .
"""
SCHEME = 'my:tags a skos:ConceptScheme ; rdfs:label "my tags"@en .\n'


@pytest.fixture
def store() -> Store:
    return Store.memory(BASE)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(text: str | bytes, name: str = "given.ttl") -> Path:
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return written


Write = Callable[..., Path]


def refused(store: Store, file: Path) -> str:
    """Why the file is refused; the store must be as it was."""
    before = set(store.quads())
    with pytest.raises(GraphError) as raised:
        bring(store, file)
    assert set(store.quads()) == before
    assert str(file) in str(raised.value)
    return str(raised.value).replace(str(file), "FILE")


# --- what is taken in ---------------------------------------------------------------


def test_triples_go_to_a_graph_that_is_named_after_them(store: Store, write: Write) -> None:
    text = PREFIXES + SCHEME + "my:swing skos:related tags:genre .\n"
    taken = bring(store, write(text))
    assert taken.added == 3
    assert len(taken.graphs) == 1
    assert taken.graphs[0].startswith(f"{BASE}graph/imported/")
    assert len(store.graph(taken.graphs[0])) == 3
    # The same in another format and another order is the same.
    lines = sorted(
        (str(q.triple) + " .\n" for q in store.quads(graph=taken.graphs[0])), reverse=True
    )
    assert bring(store, write("".join(lines), "other.nt")).added == 0


def test_what_the_store_knows_is_not_stated_twice(store: Store, write: Write) -> None:
    bring(store, write(PREFIXES + SCHEME))
    more = bring(store, write(PREFIXES + SCHEME + "my:swing skos:related my:jazz .\n", "more.ttl"))
    assert more.added == 1
    stated = [quad.triple for quad in store.quads()]
    assert len(stated) == len(set(stated))


def test_a_link_from_one_of_our_concepts_is_welcome(store: Store, write: Write) -> None:
    link = "tags:genre skos:exactMatch <http://www.wikidata.org/entity/Q188451> .\n"
    assert bring(store, write(PREFIXES + link)).added == 1


def test_imports_are_not_followed(store: Store, write: Write) -> None:
    text = "my:pack owl:imports <http://127.0.0.1:9/ontology.ttl>, <file:///etc/passwd> .\n"
    assert bring(store, write(PREFIXES + text)).added == 2


def test_json_ld_may_name_our_context(store: Store, write: Write) -> None:
    node = {"@context": CONTEXT, "@id": "https://example.org/my/tags", "@type": "ConceptScheme"}
    taken = bring(store, write(json.dumps(node | {"rdfs:label": "x"}), "named.jsonld"))
    assert taken.added == 2
    (quad,) = store.quads(
        subject=ox.NamedNode("https://example.org/my/tags"),
        value=None,
        term=ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
    )
    assert quad.object == ox.NamedNode(SKOS.ConceptScheme)


def test_a_graph_of_a_track_is_replaced(
    exported: Callable[[str], Path], store: Store, write: Write
) -> None:
    file = exported("nq")
    bring(store, file)
    lines = [line for line in file.read_text("utf-8").splitlines(True) if "/graph/tags/" in line]
    changed = [line.replace('"rejected"', '"abstained"') for line in lines]
    taken = bring(store, write("".join(changed), "changed.nq"))
    assert taken.removed == taken.added == sum(a != b for a, b in zip(lines, changed, strict=True))
    assert taken.added > 10


def test_what_follows_from_imported_tags_is_derived(
    exported: Callable[[str], Path], store: Store, write: Write
) -> None:
    lines = exported("nq").read_text("utf-8").splitlines(True)
    jazz, narrower = (
        f"<https://w3id.org/earmark/voc/tags/genre/{x}>" for x in ("jazz", "acidjazz")
    )
    told = [line.replace(jazz, narrower) for line in lines if "/graph/ontology/" not in line]
    taken = bring(store, write("".join(told), "narrower.nq"))
    implied = [graph for graph in taken.graphs if store.names.kind(graph) == "implied"]
    found = {str(triple.object) for graph in implied for triple in store.graph(graph)}
    assert found == {jazz}
    # What is true no longer goes with the tags that it followed from.
    bring(store, exported("nq"))
    assert not set(implied) & set(store.graphs())


def test_a_graph_of_runs_grows(exported: Callable[[str], Path], store: Store, write: Write) -> None:
    file = exported("nq")
    bring(store, file)
    runs = [line for line in file.read_text("utf-8").splitlines(True) if "/graph/runs>" in line]
    (run,) = {line.split()[0] for line in runs if f"<{EAR.Run}>" in line}
    name = run.rpartition("/")[2].strip(">")
    taken = bring(store, write("".join(runs).replace(name, "f" * 12), "runs.nq"))
    assert taken.removed == 0
    found = store.quads(value=ox.NamedNode(EAR.Run), graph=store.names.runs_graph)
    assert {str(quad.subject) for quad in found} == {run, f"<{BASE}run/ffffffffffff>"}


def test_the_ontology_of_an_older_earmark_is_left_aside(
    exported: Callable[[str], Path], store: Store, write: Write
) -> None:
    text = exported("nq").read_text("utf-8").replace("/graph/ontology/", "/graph/ontology/0.0.")
    older = text.replace('"because"@en', '"therefore"@en').replace("ns#highMeans>", "ns#old>")
    lines = [line for line in older.splitlines(True) if "/graph/ontology/" in line]
    assert any("ns#old>" in line for line in lines)
    bring(store, write(older, "older.nq"))
    assert set(store.graphs()) >= {store.names.ontology_graph, store.names.runs_graph}
    assert not any("/ontology/0.0." in graph for graph in store.graphs())


# --- what is refused ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("my:a my:b <a b> .", "column 11: "),
        ("my:a my:b 'open", "Line jumps are not allowed"),
        ("my:a ear:beacuse my:b .", "ns#beacuse> is no term of the ontology"),
        ("my:a ear:tag tags:genre\\/jaz .", "genre/jaz> is no term of the ontology"),
        ("my:a a ear:Tagassertion .", "ns#Tagassertion> is no term of the ontology"),
        ("ear:because rdfs:label 'why'@fr .", "ns#because> is ours to describe"),
        ("ear:because a owl:DatatypeProperty .", "ns#because> is ours to describe"),
        ("tags:genre skos:prefLabel 'Kind'@en .", "tags/genre> is ours to describe"),
        ("tags:genre skos:broader my:a .", "tags/genre> is ours to describe"),
        ("my:a my:b [ my:c 1 ] .", "a blank node: give it an IRI"),
        ("_:a my:b my:c .", "a blank node: give it an IRI"),
        ("my:a my:b << my:c my:d my:e >> .", "FILE, line"),
        (f"my:a my:b '{'x' * 1_000_001}' .", "a literal of 1000001 characters, more than 1000000"),
        ("my:a my:b 'abc\u202edef' .", "overrides the direction of reading"),
        ("my:a skos:broader my:a .", "my/a> would be broader than itself"),
    ],
)
def test_a_bad_line_is_refused_by_its_number(
    store: Store, write: Write, line: str, reason: str
) -> None:
    good = "my:x my:y 'one' ,\n  'two' .\n\n# a remark\n"
    said = refused(store, write(PREFIXES + good + line + "\nmy:z my:y 'three' .\n"))
    assert reason in said
    assert f"FILE, line {LINES + 5}" in said, said


def test_a_shape_that_is_broken_is_named_with_the_line(store: Store, write: Write) -> None:
    said = refused(
        store, write(PREFIXES + SCHEME + "\nmy:a a skos:Concept ;\n  skos:inScheme my:tags .\n")
    )
    assert f"FILE, line {LINES + 3}: not taken in, for it breaks a rule: Concept" in said


def test_a_broken_sum_is_found_together_with_what_the_store_holds(
    exported: Callable[[str], Path], store: Store, write: Write
) -> None:
    bring(store, exported("nq"))
    assertion = next(store.quads(value=ox.NamedNode(EAR.TagAssertion))).subject
    full = next(store.quads(value=ox.Literal("full"))).subject
    more = f"{full} <{EAR.because}> <{BASE}odd> .\n<{BASE}odd> <{EAR.contribution}> 1.5 .\n"
    said = refused(store, write(more))
    assert "contributions_add_up" in said
    assert "FILE, line" in said
    said = refused(store, write(f"{assertion} <{EAR.about}> <{BASE}track/other> .\n"))
    assert "TagAssertion" in said


def test_a_cycle_through_what_the_store_holds_is_refused(store: Store, write: Write) -> None:
    bring(store, write(PREFIXES + SCHEME + CONCEPT.format(name="a", broader="b")))
    said = refused(
        store, write(PREFIXES + "my:b skos:broader my:c .\nmy:c skos:broader my:a .\n", "2.ttl")
    )
    assert "would be broader than itself" in said
    assert "line" in said


@pytest.mark.parametrize("kind", ["files", "odd"])
def test_a_graph_that_no_store_keeps_is_refused(store: Store, write: Write, kind: str) -> None:
    quad = f"<http://e/a> <http://e/b> <http://e/c> <{BASE}graph/{kind}> .\n"
    assert f"FILE, line 1: the graph <{BASE}graph/{kind}>" in refused(store, write(quad, "x.nq"))


def test_an_export_under_another_base_says_what_to_do(
    exported: Callable[[str], Path],
) -> None:
    other = Store.memory("https://other.example/")
    assert "earmark export --base" in refused(other, exported("nq"))


def test_a_file_that_says_something_else_of_the_ontology_is_refused(
    exported: Callable[[str], Path], store: Store, write: Write
) -> None:
    text = exported("nq").read_text("utf-8").replace('"because"@en', '"therefore"@en')
    assert "ns#because> is ours to describe" in refused(store, write(text, "changed.nq"))


@pytest.mark.parametrize("name", ["bomb.ttl", "bomb.nq", "bomb.jsonld", "bomb.rdf", "bomb.xml"])
def test_a_bomb_of_entities_is_refused_before_it_is_parsed(
    store: Store, write: Write, name: str
) -> None:
    entities = "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    head = f'<?xml version="1.0"?>\n<!DOCTYPE rdf [<!ENTITY a "ha">{entities}]>\n'
    bomb = f"{head}<rdf:RDF>&i;</rdf:RDF>"
    said = refused(store, write(bomb, name))
    assert "this is XML" in said or "RDF is read from files that end in" in said


@pytest.mark.parametrize(
    "context", ["http://127.0.0.1:9/c.jsonld", "file:///etc/passwd", "../secret.jsonld"]
)
def test_a_context_elsewhere_is_never_fetched(store: Store, write: Write, context: str) -> None:
    said = refused(store, write(json.dumps({"@context": context, "@id": "http://e/a"}), "x.jsonld"))
    assert "would have to be fetched" in said or "FILE, line" in said


def test_json_ld_that_is_broken_says_where(store: Store, write: Write) -> None:
    assert "FILE, line 2, column" in refused(store, write('{"@id":\n }', "x.jsonld"))
    nodes = '{"@id": "http://e/one", "ear:tag": 1},\n{"@id": "http://e/two", "ear:tga": 1}'
    text = f'{{"@context": {{"ear": "{EAR.iri}"}},\n"@graph": [\n{nodes}]}}'
    assert "FILE, line 4: <https://w3id.org/earmark/ns#tga>" in refused(
        store, write(text, "y.jsonld")
    )


@pytest.mark.parametrize("opening", ["[", "(", '{"http://e/a":'])
def test_deep_nesting_ends_in_a_sentence(store: Store, write: Write, opening: str) -> None:
    name = "deep.jsonld" if "{" in opening else "deep.ttl"
    start = "" if "{" in opening else "<http://e/a> <http://e/b> "
    assert "FILE, line 1" in refused(store, write(start + opening * 100_000, name))


def test_a_file_that_is_too_large_is_not_opened(
    store: Store, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earmark.graph.reading.LARGEST_FILE", 2**20)
    said = refused(store, write(b"# " + b"x" * 2**20))
    assert "has 1 MB, more than 1: split it" in said


def test_what_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    assert "cannot be read" in refused(store, tmp_path / "gone.ttl")
    (tmp_path / "folder.ttl").mkdir()
    assert "cannot be read" in refused(store, tmp_path / "folder.ttl")


FIFTY_MB = """
import resource, sys, time
from earmark.errors import GraphError
from earmark.graph import Store
from earmark.graph.importing import bring
store = Store.memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
try:
    bring(store, __import__("pathlib").Path(sys.argv[1]))
except GraphError as error:
    print(error)
print(time.process_time() - started)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("name", ["long.ttl", "long.nq", "long.jsonld"])
def test_a_literal_of_fifty_megabytes_is_refused_quickly(write: Write, name: str) -> None:
    text = b'<http://e/a> <http://e/b> "%s" .\n' % (b"x" * 50_000_000)
    if name.endswith("jsonld"):
        text = b'{"@id": "http://e/a", "http://e/b": "%s"}' % (b"x" * 50_000_000)
    asked = [sys.executable, "-c", FIFTY_MB, str(write(text, name))]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    said, seconds, megabytes = done.stdout.splitlines()
    assert "line 1: one word or literal is over 16 MB" in said
    assert float(seconds) < 5
    assert int(megabytes) < 100, "more than one copy of the literal was held"


def test_the_command_line_takes_in_what_it_can(run: Run, write: Write, tmp_path: Path) -> None:
    good, bad = write(PREFIXES + SCHEME, "good.ttl"), write("oops", "bad.ttl")
    where = ("--store", str(tmp_path / "store"))
    code, _, said = run("import", str(bad), str(good), *where)
    assert code == 3
    assert "bad.ttl, line 1" in said
    assert "good.ttl: 2 triples added" in said
    assert run("validate", *where)[0] == 0
    assert run("import", str(bad), *where)[0] == 1
