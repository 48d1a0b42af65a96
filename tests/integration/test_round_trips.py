"""What is written out and read back is the same graph, in every format, whole or in parts."""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from earmark.errors import StoreError
from earmark.graph import Store, exporting
from earmark.graph.importing import bring
from earmark.pipeline.export import export, export_parts

# rdflib's own readers of datasets use what rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated.*:DeprecationWarning:rdflib")

Run = Callable[..., tuple[int, str, str]]

BASE = "https://example.org/id/"
RDFLIB = {"nq": "nquads", "ttl": "turtle", "jsonld": "json-ld"}


def as_rdflib(file: Path, style: str) -> dict[str, rdflib.Graph]:
    """What rdflib reads, by the names of the graphs."""
    read = rdflib.Dataset()
    read.parse(data=file.read_text("utf-8"), format=RDFLIB[style])
    graphs: defaultdict[str, rdflib.Graph] = defaultdict(rdflib.Graph)
    for subject, predicate, value, graph in read.quads():
        graphs[str(graph)].add((subject, predicate, value))
    return graphs


def shared(store: Store) -> set[ox.Quad]:
    return {quad for graph in exporting.shared(store) for quad in store.quads(graph=graph)}


@pytest.mark.parametrize("style", ["nq", "ttl", "jsonld"])
def test_a_store_that_is_written_out_and_read_back_is_isomorphic(
    demo: Path, exported: Callable[[str], Path], tmp_path: Path, style: str
) -> None:
    again = Store.memory(BASE)
    assert bring(again, exported(style)).added
    back = tmp_path / f"back.{style}"
    with back.open("wb") as out:
        again.dump(out, style)
    before, after = (as_rdflib(file, style) for file in (exported(style), back))
    assert sum(map(len, before.values())) > 3000
    assert set(before) == set(after)
    assert style == "ttl" or len(before) > 6
    for name, graph in before.items():
        assert isomorphic(graph, after[name]), name
    with Store.open(demo) as store:
        triples = {quad.triple for quad in shared(store)}
        assert {quad.triple for quad in again.quads()} == triples
        assert style == "ttl" or set(again.quads()) == shared(store)


def test_rdflib_and_oxigraph_read_the_same_json_ld(
    exported: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    # rdflib would write the time zone Z as +00:00.
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    file = exported("jsonld")
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for quad in ox.parse(path=file, format=ox.RdfFormat.JSON_LD):
        seen[str(quad.graph_name).strip("<>")].add(str(quad.triple))
    for name, graph in as_rdflib(file, "jsonld").items():
        lines = graph.serialize(format="nt").encode()
        assert {str(q.triple) for q in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)} == seen[name]


def test_json_ld_reads_well(exported: Callable[[str], Path]) -> None:
    document = json.loads(exported("jsonld").read_text("utf-8"))
    nodes = [node for graph in document["@graph"] for node in graph["@graph"]]
    assertion = next(node for node in nodes if node.get("@type") == "TagAssertion")
    assert assertion["@id"].startswith("track/")
    assert assertion["decision"] in ("accepted", "rejected", "abstained")
    # Decimals are text, for a number of JSON would not keep their digits.
    assert float(assertion["logOdds"]) == pytest.approx(float(assertion["logOdds"]))
    assert isinstance(assertion["logOdds"], str)
    keys = {key for node in nodes for key in node}
    assert {key for key in keys if "://" in key and "w3id.org/earmark" in key} == set()


@pytest.mark.parametrize("style", ["nq", "ttl", "json"])
def test_parts_put_together_are_the_whole(demo: Path, tmp_path: Path, style: str) -> None:
    files = export_parts(demo, style, tmp_path / "parts", count=3)
    whole = tmp_path / "whole"
    with whole.open("wb") as out:
        export(demo, style, out)
    together = b"".join(file.read_bytes() for file in files)
    if style == "ttl":
        told = [
            set(ox.parse(x, format=ox.RdfFormat.TURTLE)) for x in (together, whole.read_bytes())
        ]
        assert told[0] == told[1]
    else:
        assert sorted(together.splitlines()) == sorted(whole.read_bytes().splitlines())


def test_parts_of_json_ld_together_say_the_whole(demo: Path, tmp_path: Path) -> None:
    files = export_parts(demo, "jsonld", tmp_path / "parts", count=2)
    said = {q for file in files for q in ox.parse(path=file, format=ox.RdfFormat.JSON_LD)}
    with Store.open(demo) as store:
        assert said == shared(store)


def test_a_track_is_wholly_in_one_part(demo: Path) -> None:
    with Store.open(demo) as store:
        parts = dict(exporting.parts(store, 5))
        tracks = [g.rpartition("/")[2] for g in store.graphs() if "/graph/recording/" in g]
    assert len(tracks) == 2
    for track in tracks:
        holding = [name for name, graphs in parts.items() if any(track in g for g in graphs)]
        assert len(holding) == 1
        assert len([g for g in parts[holding[0]] if track in g]) == 3
    assert "shared" not in {
        name for name, graphs in parts.items() if any(t in g for t in tracks for g in graphs)
    }


def test_parts_can_be_taken_in_one_by_one(demo: Path, tmp_path: Path) -> None:
    again = Store.memory(BASE)
    for file in export_parts(demo, "nq", tmp_path, count=2):
        bring(again, file)
    with Store.open(demo) as store:
        assert set(again.quads()) == shared(store)


@pytest.mark.parametrize("style", ["nq", "ttl", "jsonld"])
def test_another_base_renames_all_data_and_nothing_else(
    demo: Path, tmp_path: Path, style: str
) -> None:
    there = "https://other.example/music/"
    file = tmp_path / f"moved.{style}"
    with file.open("wb") as out:
        export(demo, style, out, base=there)
    assert BASE not in file.read_text("utf-8")
    again = Store.memory(there)
    bring(again, file)
    with Store.open(demo) as store:
        moved = {
            ox.Triple(_moved(q.subject, there), q.predicate, _moved(q.object, there))
            for q in shared(store)
        }
    assert {quad.triple for quad in again.quads()} == moved


def _moved(node: Any, base: str) -> Any:
    if isinstance(node, ox.NamedNode) and node.value.startswith(BASE):
        return ox.NamedNode(base + node.value.removeprefix(BASE))
    return node


def test_a_base_that_would_swallow_the_ontology_is_refused(demo: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds the ontology's own names"):
        export_parts(demo, "nq", tmp_path, count=1, base="https://w3id.org/earmark/")


def test_plain_json_says_of_each_track_its_tags_and_why(demo: Path, run: Run) -> None:
    code, out, _ = run("export", "--store", str(demo), "--format", "json")
    assert code == 0
    tracks = [json.loads(line) for line in out.splitlines()]
    assert len(tracks) == 2
    for track in tracks:
        assert track["seconds"] > 10
        full = [tag for tag in track["tags"] if tag["chain"] == "full"]
        assert full
        for tag in full:
            parts = sum(part["contribution"] for part in tag["because"])
            assert tag["baseRate"] + parts == pytest.approx(tag["logOdds"], abs=1e-6)


def test_parts_and_a_folder_go_together(demo: Path, run: Run, tmp_path: Path) -> None:
    assert run("export", "--store", str(demo), "--parts", "2")[0] == 2
    code, out, _ = run(
        "export", "--store", str(demo), "--parts", "2", "--out", str(tmp_path / "dir")
    )
    assert code == 0
    names = [Path(line).name for line in out.splitlines()]
    assert names == ["shared.nq", "tracks-1-of-2.nq", "tracks-2-of-2.nq"]
    assert sorted(path.name for path in (tmp_path / "dir").iterdir()) == names
