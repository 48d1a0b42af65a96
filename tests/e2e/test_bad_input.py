"""No bad file stops a batch: each is named with its reason, and the rest is done."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark.pipeline.extract import extract_all
from earmark.resources import shipped

RATE = 22050
TONE = 0.3 * np.sin(2 * np.pi * 440 * np.arange(3 * RATE) / RATE)


def _write(path: Path, samples: object, rate: int = RATE, **kind: str) -> None:
    soundfile.write(path, np.asarray(samples), rate, **kind)


def _spoilt(path: Path, value: float) -> None:
    samples = TONE.copy()
    samples[RATE] = value
    _write(path, samples, subtype="FLOAT")


def _truncated(path: Path) -> None:
    _write(path, TONE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _lying(path: Path) -> None:
    _write(path, TONE)
    data = bytearray(path.read_bytes())
    data[40:44] = (0xFFFFFFF0).to_bytes(4, "little")
    path.write_bytes(data)


BAD: dict[str, Callable[[Path], object]] = {
    "silence.wav": lambda path: _write(path, np.zeros(3 * RATE)),
    "nan.wav": lambda path: _spoilt(path, np.nan),
    "inf.wav": lambda path: _spoilt(path, np.inf),
    "no-frames.wav": lambda path: _write(path, np.zeros(0)),
    "one-sample.wav": lambda path: _write(path, [0.5]),
    "truncated.flac": _truncated,
    "lying-header.wav": _lying,
    "sixteen-channels.wav": lambda path: _write(path, np.tile(TONE[:, None], 16)),
    "one-hertz.wav": lambda path: _write(path, TONE[:100], 1),
    "not-audio.mp3": lambda path: path.write_text("ffconcat version 1.0\nfile other.wav\n"),
    "empty.ogg": lambda path: path.write_bytes(b""),
    "pipe.wav": os.mkfifo,
}


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    for name, write in BAD.items():
        write(folder / name)
    _write(folder / "good tone.flac", TONE)
    _write(folder / 'naïve "quote"\n#?%.wav', TONE)
    return folder


@pytest.mark.parametrize("workers", [1, 2])
def test_every_good_file_is_heard_and_every_bad_one_named(
    batch: Path, run: Callable[..., tuple[int, str, str]], workers: int
) -> None:
    files = sorted(str(path) for path in batch.iterdir())
    code, out, err = run("extract", "--workers", str(workers), "--", *files)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 3
    assert [row["path"] for row in rows] == files
    heard = {Path(row["path"]).name for row in rows if "error" not in row}
    assert heard == {"good tone.flac", 'naïve "quote"\n#?%.wav'}
    for name in BAD:
        lines = [line for line in err.splitlines() if str(batch / name) in line]
        assert len(lines) == 1, (name, err)
        assert "[E-AUDIO" in lines[0], lines[0]


def test_tagging_does_the_rest_too(
    batch: Path, run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    files = [batch / "silence.wav", shipped("data", "example", "swing.flac"), batch / "nan.wav"]
    store = str(tmp_path / "store")
    code, out, err = run("tag", "--store", store, "--format", "jsonl", *map(str, files))
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 3
    assert [bool(row["tags"]) for row in rows] == [False, True, False]
    assert len([line for line in err.splitlines() if "[E-AUDIO" in line]) == 2


def test_a_batch_of_nothing_but_bad_files_fails(
    batch: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    code, _, _ = run("extract", str(batch / "silence.wav"))
    assert code == 1


def test_a_file_that_kills_its_worker_costs_only_itself(
    batch: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A plug-in feature stands in for a codec with a hole in it.
    package = tmp_path / "plug" / "deadly"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_DEADLY)
    info = tmp_path / "plug" / "deadly-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: deadly\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[earmark.features]\ndeadly = deadly\n")
    # Workers search the same path as their parent.
    monkeypatch.syspath_prepend(tmp_path / "plug")
    long = batch / "deadly.wav"
    _write(long, np.tile(TONE, 3))
    files = [batch / "good tone.flac", long, shipped("data", "example", "swing.flac")]
    results = list(extract_all(files, workers=2))
    assert [result.path for result in results] == files
    assert results[0].error is None
    assert "killed the process" in str(results[1].error)
    assert results[2].error is None


_DEADLY = '''
"""A feature that ends the process which hears nine seconds."""

import os

from earmark.percepts import feature


@feature(unit="unit:UNITLESS", bounds=(0.0, 1.0), aggregate="global")
def deadliness(hearing):
    """How deadly the sound is.

    High values mean it kills. Low values mean it does not.

    References
    ----------
    .. [1] None.
    """
    if abs(hearing.clip.seconds - 9) < 0.01:
        os._exit(1)
    return 0.0
'''
