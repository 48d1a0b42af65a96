"""kill -9 at any moment loses no acknowledged track, and leaves none in part."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest

from earmark.graph import Store, check, keeping
from earmark.graph.importing import bring

KILLS = 20
TRIPLES = 200
MANY = 25_000
# Reads what to do from stdin, one task a line, and does each in a child that can be
# killed: so Python starts only once.
DRIVER = f"""
import os, signal, sys
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Triple
from earmark.graph import Store, check, keeping
from earmark.graph.importing import bring

def tell(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def write(place, first):
    track, p = int(first), NamedNode("http://e/p")
    with Store.open(place, write=True) as store:
        tell("ready")
        while True:
            node = NamedNode(f"http://e/track/{{track}}")
            for version in ("first", "second"):
                said = [Triple(node, p, Literal(f"{{version}} {{i}}")) for i in range({TRIPLES})]
                store.replace({{f"http://e/graph/{{track}}": said}})
            tell(track)
            if track % 3 == 0:
                store.flush()
            track += 1

def take_in(place, file):
    with Store.open(place, write=True) as store:
        tell("ready")
        tell(bring(store, Path(file)).added)
        store.flush()

def compact(place, runs):
    with Store.open(place, write=True) as store:
        tell("ready")
        keeping.forget(store, keeping.spare(store, keep_runs=int(runs)))
        store.tidy()
        store.flush()
        tell("done")

for line in sys.stdin:
    task, *words = line.split()
    child = os.fork()
    if child == 0:
        globals()[task](*words)
        signal.pause()
    tell("child", child)
    os.waitpid(child, 0)
    tell("over")
"""


class Driver:
    """Has tasks done in another process, and kills it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._in, self._out = process.stdin, process.stdout

    def kill(self, seconds: float, *task: object) -> list[str]:
        """What a task acknowledged before it was killed, so long after it was ready."""
        assert self._in is not None
        assert self._out is not None
        print(*task, file=self._in, flush=True)
        child = int(self._line().removeprefix("child "))
        assert self._line() == "ready"
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        return list(iter(self._line, "over"))

    def _line(self) -> str:
        assert self._out is not None
        line = self._out.readline()
        assert line, "the driver has ended"
        return line.strip()


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    command = [sys.executable, "-c", DRIVER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield Driver(process)
        assert process.stdin is not None
        process.stdin.close()


def test_o1_a_killed_writer_loses_nothing_that_it_acknowledged(
    tmp_path: Path, driver: Driver
) -> None:
    moments = np.random.default_rng(20)
    acknowledged: list[int] = []
    for _ in range(KILLS):
        first = max(acknowledged, default=-1) + 1
        seconds = moments.uniform(0.01, 0.15)
        acknowledged += map(int, driver.kill(seconds, "write", tmp_path, first))
    assert len(acknowledged) > KILLS, "the writers were killed before they wrote"
    with Store.open(tmp_path, write=True) as store:
        for track in acknowledged:
            said = {t.object.value for t in store.graph(f"http://e/graph/{track}")}  # type: ignore[union-attr]
            assert said == {f"second {i}" for i in range(TRIPLES)}, track
        # A track that was being written is there in one version or not at all.
        held = [g for g in store.graphs() if g.startswith("http://e/graph/")]
        assert {len(store.graph(graph)) for graph in held} == {TRIPLES}
    with Store.open(tmp_path) as reader:
        assert reader.graphs()
    assert all(path.name.isdigit() for path in (tmp_path / "snapshots").iterdir())


def test_a_killed_import_takes_in_all_or_nothing(tmp_path: Path, driver: Driver) -> None:
    file = tmp_path / "many.nt"
    file.write_text("".join(f"<http://e/{i}> <http://e/p> <http://e/o> .\n" for i in range(MANY)))
    # How long it takes here and now, so that the moments fall before, while and after.
    whole = Store.memory()
    started = time.perf_counter()
    assert bring(whole, file).added == MANY
    needed = time.perf_counter() - started
    seen = set()
    for part in (0.3, 0.9, 1.1):
        place = tmp_path / "store"
        told = driver.kill(part * needed, "take_in", place, file)
        with Store.open(place, write=True) as store:
            held = sum(1 for _ in store.quads(value=ox.NamedNode("http://e/o")))
            assert held in (0, MANY)
            assert not told or held == MANY, "what was acknowledged is gone"
            seen.add(held)
        with Store.open(place) as reader:
            assert reader.graphs()
        shutil.rmtree(place)
    assert 0 in seen


def test_a_killed_compaction_leaves_a_sound_store(
    demo: Path, tmp_path: Path, driver: Driver
) -> None:
    place = Path(shutil.copytree(demo, tmp_path / "store"))
    with Store.open(place, write=True) as store:
        names = store.names
        (run,) = {g.split("/")[-2] for g in store.graphs() if names.kind(g) == "tags"}
        text = tmp_path / "again.nq"
        with text.open("wb") as out:
            store.dump(out, "nq")
        lines = text.read_text("utf-8").splitlines(keepends=True)
        text.write_text("".join(x for x in lines if run in x).replace(run, "f" * 12), "utf-8")
        bring(store, text)
        store.flush()
        current = {q for q in store.quads() if "f" * 12 in str(q.graph_name)}
        assert len(current) > 500
    moments = np.random.default_rng(4)
    for _ in range(4):
        tried = Path(shutil.copytree(place, tmp_path / "tried"))
        driver.kill(moments.uniform(0.0, 0.08), "compact", tried, 1)
        with Store.open(tried, write=True) as store:
            found = set(store.quads())
            assert current <= found
            assert check.judge(found) == []
            assert keeping.disorder(store) == []
        with Store.open(tried) as reader:
            assert check.judge(reader.quads()) == []
        shutil.rmtree(tried)


def test_what_a_killed_flush_left_is_cleared_when_somebody_writes(tmp_path: Path) -> None:
    Store.open(tmp_path, write=True).close()
    left = tmp_path / "snapshots" / ".new-1"
    left.mkdir()
    (left / "half").write_text("of a snapshot")
    Store.open(tmp_path, write=True).close()
    assert not left.exists()
