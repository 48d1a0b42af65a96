"""The store in a folder: one writer, readers on snapshots, refusals in words."""

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from earmark.errors import StoreError
from earmark.graph import Names, Store
from earmark.graph.migrating import Migration
from earmark.graph.names import DEFAULT_BASE
from earmark.vocab import VERSION

GRAPH = "http://e/g"


def triple(word: str) -> Triple:
    return Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal(word))


def words(store: Store) -> set[str]:
    return {t.object.value for t in store.graph(GRAPH)}  # type: ignore[union-attr]


def snapshots(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "snapshots").iterdir())


def test_a_reader_sees_the_last_flush_while_the_writer_goes_on(tmp_path: Path) -> None:
    with Store.open(tmp_path, write=True) as writer:
        writer.replace({GRAPH: [triple("one")]})
        writer.flush()
        writer.replace({GRAPH: [triple("two")]})
        with Store.open(tmp_path) as reader:
            assert words(reader) == {"one"}
            writer.flush()
            assert words(reader) == {"one"}
        with Store.open(tmp_path) as later:
            assert words(later) == {"two"}
            assert 0 <= later.age < 60


def test_a_reader_outlives_the_flush_after_next(tmp_path: Path) -> None:
    with Store.open(tmp_path, write=True) as writer:
        writer.replace({GRAPH: [triple("old")]})
        writer.flush()
        with Store.open(tmp_path) as reader:
            for word in "abc":
                writer.replace({GRAPH: [triple(word)]})
                writer.flush()
            assert words(reader) == {"old"}


def test_only_two_snapshots_are_kept(tmp_path: Path) -> None:
    with Store.open(tmp_path, write=True) as writer:
        for word in "abcd":
            writer.replace({GRAPH: [triple(word)]})
            writer.flush()
    assert len(snapshots(tmp_path)) == 2


def test_what_was_written_is_there_when_opened_again(tmp_path: Path) -> None:
    with Store.open(tmp_path, write=True, base="https://example.org/id/") as store:
        store.replace({GRAPH: [triple("kept")]})
        store.flush()
    with Store.open(tmp_path, write=True) as again:
        assert words(again) == {"kept"}
        assert again.names.base == "https://example.org/id/"


def test_replacing_twice_leaves_the_graph_identical(tmp_path: Path) -> None:
    said = [triple(str(i)) for i in range(50)]
    with Store.open(tmp_path, write=True) as store:
        store.replace({GRAPH: said})
        before = sorted(map(str, store.quads()))
        store.replace({GRAPH: [triple("other")]})
        store.replace({GRAPH: said})
        assert sorted(map(str, store.quads())) == before


def test_a_newer_ontology_takes_the_place_of_the_older(tmp_path: Path) -> None:
    with Store.open(tmp_path, write=True) as store:
        graph = store.names.ontology_graph
        old = {graph.replace(VERSION, "0.0.9"): store.graph(graph), graph: []}
        store.replace(old)
        store.flush()
    with Store.open(tmp_path, write=True) as store:
        assert store.graphs() == [graph]


def test_o2_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    code = f"from earmark.graph import Store; Store.open({str(tmp_path)!r}, write=True)"
    with Store.open(tmp_path, write=True):
        asked = [sys.executable, "-c", code]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        with pytest.raises(StoreError, match="another process is writing"):
            Store.open(tmp_path, write=True)
    assert "another process is writing" in done.stderr


def test_o3_a_newer_format_is_refused_with_the_remedy(tmp_path: Path) -> None:
    Store.open(tmp_path, write=True).close()
    settings = tmp_path / "store.toml"
    settings.write_text(settings.read_text("utf-8").replace("format = 1", "format = 2"), "utf-8")
    for write in (True, False):
        with pytest.raises(StoreError, match="has the format 2, this Earmark knows 1: update"):
            Store.open(tmp_path, write=write)


def make_it_old(place: Path) -> None:
    """Let a store be of a format before the first, where graphs had another name."""
    with Store.open(place, write=True) as store:
        store.replace({"http://e/old": [triple("kept")]})
        store.flush()
    settings = place / "store.toml"
    settings.write_text(settings.read_text("utf-8").replace("format = 1", "format = 0"), "utf-8")


def rename_the_graph(database: ox.Store, names: Names) -> None:
    assert names.base == DEFAULT_BASE
    database.update("MOVE <http://e/old> TO <http://e/g>")


@pytest.fixture
def migrations(monkeypatch: pytest.MonkeyPatch) -> dict[int, Migration]:
    found: dict[int, Migration] = {0: rename_the_graph}
    monkeypatch.setattr("earmark.graph.migrating.MIGRATIONS", found)
    return found


@pytest.mark.usefixtures("migrations")
def test_an_older_format_is_brought_up_to_date_by_the_first_writer(tmp_path: Path) -> None:
    make_it_old(tmp_path)
    with pytest.raises(StoreError, match=r"older format 0: any command that writes.*compact"):
        Store.open(tmp_path)
    with Store.open(tmp_path, write=True) as store:
        assert words(store) == {"kept"}
        assert not store.holds("http://e/old")
    with Store.open(tmp_path) as reader:
        assert words(reader) == {"kept"}
    assert not (tmp_path / "oxigraph").exists()
    # It is a store like any other from now on.
    with Store.open(tmp_path, write=True) as store:
        store.replace({GRAPH: [triple("new")]})
        store.flush()
    assert words(Store.open(tmp_path)) == {"new"}


def test_a_migration_that_fails_leaves_the_old_store(
    tmp_path: Path, migrations: dict[int, Migration]
) -> None:
    make_it_old(tmp_path)
    before = (tmp_path / "store.toml").read_text("utf-8")

    def halfway(database: ox.Store, names: Names) -> None:
        rename_the_graph(database, names)
        raise RuntimeError("the lights went out")

    migrations[0] = halfway
    with pytest.raises(StoreError, match="cannot be brought to the present format: the lights"):
        Store.open(tmp_path, write=True)
    assert (tmp_path / "store.toml").read_text("utf-8") == before
    assert next(
        ox.Store.read_only(str(tmp_path / "oxigraph")).quads_for_pattern(
            None, None, None, ox.NamedNode("http://e/old")
        )
    )
    migrations[0] = rename_the_graph
    with Store.open(tmp_path, write=True) as store:
        assert words(store) == {"kept"}


def test_a_format_that_nothing_leads_on_from_is_told(tmp_path: Path) -> None:
    make_it_old(tmp_path)
    with pytest.raises(StoreError, match="import what the Earmark that wrote it exports"):
        Store.open(tmp_path, write=True)


def test_another_base_is_refused(tmp_path: Path) -> None:
    Store.open(tmp_path, write=True, base="https://example.org/id/").close()
    with pytest.raises(StoreError, match="a store keeps its base"):
        Store.open(tmp_path, write=True, base="https://example.org/other/")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", "utf-8")
    with pytest.raises(StoreError, match="is not a store, and not an empty folder"):
        Store.open(tmp_path, write=True)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_folder_that_was_only_begun_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "store.new").write_text("format", "utf-8")
    with pytest.raises(StoreError, match="there is no store in"):
        Store.open(tmp_path)
    Store.open(tmp_path, write=True).close()
    Store.open(tmp_path).close()


def test_a_snapshot_that_was_only_begun_is_cleared_away(tmp_path: Path) -> None:
    with Store.open(tmp_path, write=True) as store:
        (tmp_path / "snapshots" / ".new-123").mkdir()
        store.flush()
    assert all(name.isdigit() for name in snapshots(tmp_path))


def test_reading_what_is_not_there_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store in"):
        Store.open(tmp_path / "gone")
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize("text", ["", "format = 'x'\nbase = 'y'", "base = 'http://e/'", "\x00"])
def test_damaged_settings_are_told(tmp_path: Path, text: str) -> None:
    Store.open(tmp_path, write=True).close()
    (tmp_path / "store.toml").write_text(text, "utf-8")
    with pytest.raises(StoreError, match=r"store.toml cannot be read"):
        Store.open(tmp_path)


def test_a_snapshot_cannot_be_written(tmp_path: Path) -> None:
    Store.open(tmp_path, write=True).close()
    with Store.open(tmp_path) as reader, pytest.raises(StoreError, match="cannot be written"):
        reader.replace({GRAPH: [triple("x")]})
