"""How faithful the features are to the published columns that they claim to measure.

The published columns are Essentia's. ``--essentia`` names a Python interpreter that
has it, to compare on rendered sounds at 44.1 kHz too: it is AGPL, so it is only run.
"""

import argparse
import csv
import json
import os
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile
from scipy.stats import spearmanr

from benchmarks.results import keep
from earmark import audio, percepts

Values = Mapping[str, float]
Row = dict[str, str | float]

# Essentia's names of what is measured; the rest of MusicExtractor is left alone.
ESSENTIA = {
    "dynamic_complexity": "lowlevel.dynamic_complexity",
    "loudness": "lowlevel.average_loudness",
    "onset_rate": "rhythm.onset_rate",
    "pitch_salience": "lowlevel.pitch_salience.mean",
    "spectral_centroid": "lowlevel.spectral_centroid.mean",
    "spectral_entropy": "lowlevel.spectral_entropy.mean",
    "spectral_flux": "lowlevel.spectral_flux.mean",
    "spectral_rolloff": "lowlevel.spectral_rolloff.mean",
    "spectral_spread": "lowlevel.spectral_spread.mean",
    "tempo": "rhythm.bpm",
    "zero_crossing_rate": "lowlevel.zerocrossingrate.mean",
}
ASK_ESSENTIA = """
import json, sys, essentia
essentia.log.infoActive = essentia.log.warningActive = False
from essentia.standard import MusicExtractor
names, paths = json.loads(sys.stdin.read())
pools = [MusicExtractor()(path)[0] for path in paths]
print(json.dumps([{ours: float(pool[theirs]) for ours, theirs in names.items()} for pool in pools]))
"""


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def heard(path: Path) -> tuple[Values, float, float]:
    """Our values, and the CPU seconds of decoding and of listening."""
    started = time.process_time()
    clip = audio.read(path)
    decoded = time.process_time()
    observations = percepts.listen(clip, path.stem).observations
    values = {seen.feature: seen.value for seen in observations if seen.value is not None}
    return values, decoded - started, time.process_time() - decoded


def agreement(
    what: str, ours: Sequence[Values], theirs: Sequence[Values], spread: Values
) -> Iterator[Row]:
    """A row per feature; offset and worst difference in standard deviations."""
    for feature in sorted(set(theirs[0]) & {one.concept.notation for one in percepts.available()}):
        pairs = [
            (a[feature], b[feature]) for a, b in zip(ours, theirs, strict=True) if feature in a
        ]
        mine, true = np.array(pairs).T
        yield {
            "feature": feature,
            "against": what,
            "clips": len(pairs),
            "spearman": round(float(spearmanr(mine, true)[0]), 4),
            "pearson": round(float(np.corrcoef(mine, true)[0, 1]), 4),
            "slope": round(float(np.polyfit(true, mine, 1)[0]), 4),
            "offset": round(float(np.median(mine - true)) / spread[feature], 4),
            "worst": round(float(np.abs(mine - true).max()) / spread[feature], 4),
        }


def against_table(data: Path) -> tuple[list[Row], dict[str, str]]:
    """Agreement on the real clips with the published columns, and tempo and time."""
    columns = tomllib.loads((data / "gtzan-perceptual" / "dataset.toml").read_text())["columns"]
    published: dict[str, Values] = {
        row["track"]: {notation: float(row[column]) for column, notation in columns.items()}
        for row in rows(data / "gtzan-perceptual" / "features.csv")
    }
    annotated = rows(data / "gtzan-mini" / "annotations.csv")
    listened = {row["track"]: heard(data / "gtzan-mini" / row["file"]) for row in annotated}
    ours = {track: values for track, (values, _, _) in listened.items()}
    joined = sorted(set(ours) & set(published))
    spread = {
        notation: float(np.std([values[notation] for values in published.values()]))
        for notation in columns.values()
    }
    table = agreement(
        "published", [ours[t] for t in joined], [published[t] for t in joined], spread
    )
    decode, listen = (
        1000 * np.median([cost[part] for cost in listened.values()]) for part in (1, 2)
    )
    return list(table), {
        "tempo_of_ours_within_4_%": tempo_accuracy(
            annotated, {track: ours[track] for track in joined}
        ),
        "tempo_of_the_published_column": tempo_accuracy(annotated, published),
        "CPU_of_a_30_s_clip": f"{decode:.0f} ms decoding, {listen:.0f} ms listening",
    }


def tempo_accuracy(annotated: Sequence[Mapping[str, str]], values: Mapping[str, Values]) -> str:
    """Shares of clips within 4 % of the annotated tempo, and of its multiples."""
    pairs = [
        (values[row["track"]]["tempo"], float(row["tempo"]))
        for row in annotated
        if row["tempo"] and "tempo" in values.get(row["track"], {})
    ]
    found, true = np.array(pairs).T
    near = {times: np.abs(found / (true * times) - 1) <= 0.04 for times in (1 / 3, 1 / 2, 1, 2, 3)}
    either = np.any(list(near.values()), axis=0)
    return f"{near[1].mean():.2f}, or a multiple {either.mean():.2f}, of {len(pairs)} clips"


def rendered(folder: Path, count: int = 24) -> Iterator[Path]:
    """Short pieces at 44.1 kHz: plucked chords, and a beat of noise up to 22 kHz."""
    rate, seconds = 44100, 12
    time_of = np.arange(rate * seconds) / rate
    for number in range(count):
        rng = np.random.default_rng(number)
        period = 60 / rng.uniform(70, 160)
        root, bright = rng.uniform(110, 220), rng.uniform(0.2, 0.8)
        third = rng.choice([1.189, 1.26])
        pluck = np.exp(-rng.uniform(1, 8) * (time_of % (2 * period)))
        chord = sum(
            bright**k * np.sin(2 * np.pi * root * note * k * time_of)
            for note in (1, third, 1.498, 2)
            for k in range(1, 12)
        )
        beat = np.exp(-rng.uniform(15, 60) * (time_of % period)) * rng.standard_normal(len(time_of))
        swell = 1 + rng.uniform(0, 0.9) * np.sin(2 * np.pi * time_of / seconds * rng.integers(1, 4))
        sound = swell * (pluck * chord + rng.uniform(0.05, 2) * beat)
        path = folder / f"{number:02}.wav"
        soundfile.write(path, 0.5 * sound / np.abs(sound).max(), rate)
        yield path


def against_essentia(interpreter: str) -> list[Row]:
    """Agreement on rendered pieces with what Essentia says of them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = list(rendered(Path(folder)))
        answer = subprocess.run(
            [interpreter, "-c", ASK_ESSENTIA],
            input=json.dumps([ESSENTIA, [str(path) for path in paths]]),
            capture_output=True,
            text=True,
            check=True,
        )
        theirs = json.loads(answer.stdout.splitlines()[-1])
        ours = [heard(path)[0] for path in paths]
    spread = {name: float(np.std([values[name] for values in theirs])) for name in ESSENTIA}
    return list(agreement("rendered at 44.1 kHz", ours, theirs, spread))


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("EARMARK_DATA"))
    parser.add_argument("--essentia", metavar="PYTHON", help="an interpreter that has essentia")
    asked = parser.parse_args()
    if not asked.data:
        parser.error("say where the data is: --data FOLDER, or EARMARK_DATA")
    table, facts = against_table(Path(asked.data))
    if asked.essentia:
        table += against_essentia(asked.essentia)
    keep(
        "fidelity",
        "Our features beside the columns published for 46 real clips of 30 s at 22.05 kHz "
        "(gtzan-mini joined with gtzan-perceptual), and beside Essentia on rendered pieces "
        "with sound up to 22 kHz. Offset (median) and worst are differences in standard "
        "deviations. The published minorness is a neural network's.",
        ("feature", "against", "clips", "spearman", "pearson", "slope", "offset", "worst"),
        table,
        features_version=percepts.features_version(),
        **facts,
    )


if __name__ == "__main__":
    main()
