"""Old runs go with what only they need; what is current never does."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from earmark.errors import StoreError
from earmark.graph import Store, check, keeping
from earmark.graph.importing import bring
from earmark.pipeline.validate import validate
from earmark.vocab import EAR

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def place(demo: Path, tmp_path: Path) -> Path:
    """A copy of the store that may be changed."""
    return Path(shutil.copytree(demo, tmp_path / "store"))


class Names:
    """What the one run of the demo store is called, and by which model and percepts."""

    def __init__(self, store: Store) -> None:
        tags = next(g for g in store.graphs() if "/graph/tags/" in g)
        percepts = next(g for g in store.graphs() if "/graph/track/" in g)
        model = next(g for g in store.graphs() if "/graph/model/" in g)
        self.run, self.percepts = tags.split("/")[-2], percepts.split("/")[-2]
        self.model = model.rpartition("/")[2]


def another_run(
    store: Store, tmp_path: Path, names: Names, run: str, year: str, **other: str
) -> None:
    """Take in the demo store's run once more under other names, as carried out in a year."""
    file = tmp_path / f"{run}.nq"
    with file.open("wb") as out:
        store.dump(out, "nq")
    kept = []
    for line in file.read_text("utf-8").splitlines(keepends=True):
        graph = line.rsplit("<", 1)[1]
        if "/graph/concept/" in graph or "/graph/recording/" in graph or "/ontology/" in graph:
            continue
        if names.run not in line and not other:
            continue
        kept.append(line.replace(names.run, run).replace('"2026-', f'"{year}-'))
    text = "".join(kept).replace("2026-", f"{year}-")
    for what, name in other.items():
        text = text.replace(getattr(names, what), name)
    file.write_text(text, "utf-8")
    bring(store, file)


def kinds(store: Store, kind: str) -> set[str]:
    return {
        graph.removeprefix(f"{store.names.base}graph/{kind}/").partition("/")[0]
        for graph in store.graphs()
        if store.names.kind(graph) == kind
    }


def test_the_last_runs_stay_and_older_ones_go(place: Path, tmp_path: Path) -> None:
    with Store.open(place, write=True) as store:
        names = Names(store)
        original = tmp_path / "original.nq"
        with original.open("wb") as out:
            store.dump(out, "nq")
        before = {quad for quad in store.quads() if "/graph/files" not in str(quad.graph_name)}
        other = {"model": "older-00000000", "percepts": "00000000"}
        another_run(store, tmp_path, names, "aaaaaaaaaaaa", "2020", **other)
        another_run(store, tmp_path, names, "bbbbbbbbbbbb", "2021")
        bring(store, original)
        assert kinds(store, "tags") == {names.run, "aaaaaaaaaaaa", "bbbbbbbbbbbb"}
        assert kinds(store, "model") == {names.model, "older-00000000"}
        assert kinds(store, "track") == {names.percepts, "00000000"}
        spare = keeping.spare(store, keep_runs=2)
        assert len(spare.tags) == 2
        assert keeping.forget(store, spare) > 1000
        assert kinds(store, "tags") == {names.run, "bbbbbbbbbbbb"}
        assert kinds(store, "model") == {names.model}
        assert kinds(store, "track") == {names.percepts}
        keeping.forget(store, keeping.spare(store, keep_runs=1))
        store.flush()
        after = {quad for quad in store.quads() if "/graph/files" not in str(quad.graph_name)}
    assert after == before
    assert validate(None, place) == []


def test_the_run_that_tagged_a_track_last_stays_for_that_track(place: Path, tmp_path: Path) -> None:
    with Store.open(place, write=True) as store:
        names = Names(store)
        tracks = sorted(g.rpartition("/")[2] for g in store.graphs() if "/graph/tags/" in g)
        another_run(store, tmp_path, names, "bbbbbbbbbbbb", "2030")
        # One track was tagged again by the first run, after all.
        graph = store.names.tags_graph(tracks[0], names.run)
        again = {*store.graph(graph)}
        track = ox.NamedNode(store.names.track(tracks[0]))
        again.add(
            ox.Triple(track, ox.NamedNode(EAR.currentRun), ox.NamedNode(store.names.run(names.run)))
        )
        again |= {
            ox.Triple(track, ox.NamedNode(EAR.hasTag), quad.object)
            for quad in store.quads(subject=track, term=ox.NamedNode(EAR.hasTag))
        }
        store.replace({graph: again})
        spare = keeping.spare(store, keep_runs=1)
        assert spare.tags == (store.names.tags_graph(tracks[1], names.run),)
        assert spare.runs == ()
        keeping.forget(store, spare)
        store.flush()
    assert validate(None, place) == []


def test_a_compaction_that_is_cut_short_leaves_a_sound_store(place: Path, tmp_path: Path) -> None:
    with Store.open(place, write=True) as store:
        names = Names(store)
        other = {"model": "newer-00000000", "percepts": "00000000"}
        another_run(store, tmp_path, names, "bbbbbbbbbbbb", "2030", **other)
        spare = keeping.spare(store, keep_runs=1)
        steps = len(spare.tags) + len(spare.percepts) + len(spare.models) + 1
        assert steps == 6
        drop, replace = store.drop, store.replace
        for cut in range(steps):
            left = [cut]

            def once(do: Callable[..., object], left: list[int] = left) -> Callable[..., object]:
                def limited(*graphs: object) -> object:
                    if not left[0]:
                        raise KeyboardInterrupt
                    left[0] -= 1
                    return do(*graphs)

                return limited

            store.drop, store.replace = once(drop), once(replace)  # type: ignore[method-assign, assignment]
            with pytest.raises(KeyboardInterrupt):
                keeping.forget(store, spare)
            store.drop, store.replace = drop, replace  # type: ignore[method-assign]
            assert check.judge(store.quads()) == [], cut
        keeping.forget(store, keeping.spare(store, keep_runs=1))
        store.flush()
        assert kinds(store, "tags") == {"bbbbbbbbbbbb"}
        assert kinds(store, "model") == {"newer-00000000"}
    assert validate(None, place) == []


def test_keeping_no_run_at_all_is_refused(demo: Path) -> None:
    with Store.open(demo) as store, pytest.raises(StoreError, match="keep 1 or more"):
        keeping.spare(store, keep_runs=0)


def test_the_command_says_what_went(place: Path, tmp_path: Path, run: Run) -> None:
    with Store.open(place, write=True) as store:
        another_run(store, tmp_path, Names(store), "bbbbbbbbbbbb", "2030")
        store.flush()
    code, _, said = run("compact", "--store", str(place), "--keep-runs", "1")
    assert code == 0
    assert "1 runs, 0 models and 2 graphs of tracks are gone" in said
    code, _, said = run("compact", "--store", str(place), "--keep-runs", "1")
    assert "0 runs, 0 models and 0 graphs of tracks are gone, 0 triples in all" in said
    assert run("validate", "--store", str(place))[0] == 0


# --- order --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "rule"),
    [
        (None, "every_triple_has_a_graph"),
        ("https://example.org/id/graph/odd/one", "graph_kinds_are_known"),
        ("https://elsewhere.example/graph", "graph_kinds_are_known"),
        ("https://example.org/id/graph/ontology/0.1.0", "ontology_is_the_shipped_one"),
    ],
)
def test_disorder_is_found(graph: str | None, rule: str) -> None:
    store = Store.memory("https://example.org/id/")
    assert keeping.disorder(store) == []
    name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    a, b, c = (ox.NamedNode(f"http://e/{x}") for x in "abc")
    store._inner.add(ox.Quad(a, b, c, name))
    assert {finding.rule for finding in keeping.disorder(store)} == {rule}


def test_a_snapshot_with_a_missing_file_is_told(place: Path) -> None:
    newest = max((place / "snapshots").iterdir())
    for table in newest.glob("*.sst"):
        table.unlink()
    with pytest.raises(StoreError, match="cannot be opened"):
        validate(None, place)
