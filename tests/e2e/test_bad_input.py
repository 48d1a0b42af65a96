"""No bad file stops a batch: each is named with its reason, and the rest is done."""

import json
import os
import signal
import subprocess
import sys
import time
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


def test_decoders_do_not_talk_between(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    path = tmp_path / "trailing.mp3"
    _write(path, TONE)
    path.write_bytes(path.read_bytes() + b"no frame" * 100)
    code, out, err = run("extract", str(path))
    assert (code, err) == (0, "")
    assert json.loads(out)["path"] == str(path)


def test_any_name_a_file_can_have_stays_on_its_line(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    name = os.fsdecode(b"lat\xe9in \x1b[31m\n\xe2\x80\xae.wav")
    (tmp_path / name).write_bytes(b"")
    code, out, err = run("extract", str(tmp_path / name))
    assert code == 1
    assert json.loads(out.encode().decode("utf-8"))["path"] == str(tmp_path / name)
    assert r"lat\udce9in \x1b[31m\n\u202e.wav" in err.splitlines()[0]


def test_a_folder_without_music_is_named(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "song.m4a").write_bytes(b"")
    _, out, err = run("extract", str(tmp_path))
    assert out == ""
    assert f"{tmp_path} holds no audio file" in err
    assert ".flac" in err


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_it_at_once_and_without_a_trace(tmp_path: Path, workers: int) -> None:
    for number in range(40):
        _write(tmp_path / f"{number}.wav", np.tile(TONE, 10))
    program = str(Path(sys.executable).with_name("earmark"))
    command = [program, "extract", "--workers", str(workers), str(tmp_path)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as listening:
        assert listening.stdout is not None
        listening.stdout.readline()
        os.killpg(listening.pid, signal.SIGINT)
        started = time.monotonic()
        rest, said = listening.communicate(timeout=60)
    assert listening.returncode == 130
    assert len(rest.splitlines()) < 39
    assert "Traceback" not in said
    assert time.monotonic() - started < 20


def test_what_the_system_refuses_is_a_sentence(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    place = tmp_path / "nowhere" / "out.jsonl"
    folder = _dataset(tmp_path)
    code, _, err = run("evaluate", str(folder), "--predictions", str(place))
    assert code == 1
    assert f"{place} cannot be used (No such file or directory)" in err
    assert "Traceback" not in err


def test_figures_that_nobody_can_tell_are_said_to_be_unknown(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, _ = run("evaluate", str(_dataset(tmp_path)))
    assert code == 0
    assert "unknown: too few true tracks" in out


def _dataset(place: Path) -> Path:
    """Forty tracks to learn from and one to score."""
    folder = place / "set"
    folder.mkdir()
    (folder / "dataset.toml").write_text('name = "set"\nlabels = "multilabel"\n')
    files = {
        "features.csv": ["track,tempo", *(f"t{n},{n}" for n in range(41))],
        "tags.csv": ["track,tag", *(f"t{n},{'low' if n < 20 else 'high'}" for n in range(41))],
        "tracks.csv": ["track,split", *(f"t{n},{'train' if n else 'test'}" for n in range(41))],
    }
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    return folder


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
