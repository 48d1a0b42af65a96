"""How long a file takes from disk to a checked, stored graph, and what takes it."""

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from pyoxigraph import Triple

from benchmarks.results import keep
from earmark import audio, percepts
from earmark.graph import build, check
from earmark.pipeline.extract import extract
from earmark.pipeline.reasons import Reasons
from earmark.pipeline.scoring import scores as scored
from earmark.pipeline.tagger import Tagger
from earmark.resources import shipped

ROUNDS = 7
RATE = 44100


def clip(folder: Path, seconds: int) -> Path:
    """A stereo mp3 made by repeating an example clip."""
    samples, rate = soundfile.read(shipped("data", "example", "disco.flac"))
    doubled = np.interp(np.arange(0, len(samples), rate / RATE), np.arange(len(samples)), samples)
    long = np.resize(doubled, seconds * RATE)
    path = folder / f"{seconds}.mp3"
    soundfile.write(path, np.stack([long, long * 0.9], axis=1), RATE)
    return path


def least(work: Callable[[], object]) -> float:
    """Least CPU seconds of several rounds, in milliseconds."""
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return 1000 * min(spent)


def measure(seconds: int) -> dict[str, object]:
    """The stages of one clip, each in CPU milliseconds."""
    with tempfile.TemporaryDirectory() as name:
        path = clip(Path(name), seconds)
        decode = least(lambda: audio.read(path))
        heard = extract(path).heard
        assert heard is not None
        listen = least(lambda: percepts.listen(audio.read(path), "x")) - decode
        with Tagger.open(Path(name) / "store") as tagger:
            whole = least(lambda: tagger.tag(path))
            names, run = tagger.store.names, tagger._run(heard.features_version)  # noqa: SLF001
            scores = scored(tagger.model, heard)
            graphs = build.track(names, heard) | build.tags(names, heard, scores, run)
            checked = least(lambda: check.accept(graphs))
            empty: dict[str, list[Triple]] = {name: [] for name in graphs}

            def rewrite() -> None:
                tagger.store.replace(empty)
                tagger.store.replace(graphs)

            written = least(rewrite) / 2
            why = least(lambda: Reasons(tagger.store).paths(heard.track, "genre/disco"))
        return {
            "clip": f"{seconds} s mp3",
            "triples": sum(map(len, graphs.values())),
            "decode": decode,
            "listen": listen,
            "check": checked,
            "write": written,
            "tag, all of it": whole,
            "x real time": 1000 * seconds / whole,
            "why": why,
        }


def main() -> None:
    """Measure a short clip and a song."""
    rows = [measure(30), measure(240)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    keep(
        "speed",
        "CPU milliseconds on one core, least of several rounds; `tag` includes a flush.",
        tuple(rows[0]),
        rows,
        peak_megabytes=round(peak),
    )


if __name__ == "__main__":
    main()
