"""kill -9 at any moment loses no acknowledged track, and leaves none in part."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from earmark.graph import Store

# Seconds of writing before each kill: no two meet the writer at the same step.
PAUSES = (0.23, 0.41, 0.57, 0.35)
TRIPLES = 200
WRITER = f"""
import sys
from pyoxigraph import Literal, NamedNode, Triple
from earmark.graph import Store

store = Store.open(sys.argv[1], write=True)
track = int(sys.argv[2])
P = NamedNode("http://e/p")
print("ready", flush=True)
while True:
    node = NamedNode(f"http://e/track/{{track}}")
    for version in ("first", "second"):
        said = [Triple(node, P, Literal(f"{{version}} {{i}}")) for i in range({TRIPLES})]
        store.replace({{f"http://e/graph/{{track}}": said}})
    print(track, flush=True)
    if track % 10 == 0:
        store.flush()
    track += 1
"""


def killed(folder: Path, first: int, pause: float) -> list[int]:
    """Tracks that a writer acknowledged before it was killed."""
    command = [sys.executable, "-c", WRITER, str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(pause)
        os.kill(writer.pid, signal.SIGKILL)
        return [int(line) for line in writer.stdout.read().splitlines()]


def test_o1_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    acknowledged: list[int] = []
    for pause in PAUSES:
        acknowledged += killed(tmp_path, max(acknowledged, default=-1) + 1, pause)
    assert len(acknowledged) > len(PAUSES), "the writers were killed before they wrote"
    with Store.open(tmp_path, write=True) as store:
        for track in acknowledged:
            said = {t.object.value for t in store.graph(f"http://e/graph/{track}")}  # type: ignore[union-attr]
            assert said == {f"second {i}" for i in range(TRIPLES)}, track
        # A track that was being written is there in one version or not at all.
        held = [g for g in store.graphs() if g.startswith("http://e/graph/")]
        assert {len(store.graph(graph)) for graph in held} == {TRIPLES}
    with Store.open(tmp_path) as reader:
        assert reader.graphs()
