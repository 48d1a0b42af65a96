"""Whether a clip gets the same genre from its audio as from its published row.

``EARMARK_DATA`` names the folder with gtzan-perceptual and gtzan-mini. The models learn
from none of the clips that they are compared on.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.results import keep
from earmark.evaluate import evaluate
from earmark.pipeline.dataset import read
from earmark.pipeline.extract import audio_files, extract_all
from earmark.pipeline.train import clusters, concepts, train
from earmark.types import Table

DATA = Path(os.environ.get("EARMARK_DATA", "../shared/data"))
WITHOUT: tuple[tuple[str, ...], ...] = ((), ("minorness",), ("minorness", "tempo"))
COLUMNS = (
    "without",
    "clips",
    "same_genre",
    "accuracy_valid",
    "accuracy_published",
    "accuracy_heard",
)


def heard() -> dict[str, dict[str, float | None]]:
    """What we hear in each clip, by feature."""
    files = audio_files([DATA / "gtzan-mini" / "audio"])
    return {
        one.path.stem: {seen.feature: seen.value for seen in one.heard.observations}
        for one in extract_all(files)
        if one.heard is not None
    }


def measure(whole: Table, clips: dict[str, Any], without: tuple[str, ...]) -> dict[str, Any]:
    """The figures of a model without some of the features."""
    kept = concepts().keys() - set(without)
    table = whole.only(tuple(feature for feature in whole.features if feature in kept))
    shared = np.array([track in clips for track in table.tracks])
    model = train(table.rows(~shared), name="agreement")
    rows = table.rows(shared)
    ours = [[clips[track][feature] for feature in model.features] for track in rows.tracks]
    guess = [
        model.log_odds(values).argmax(axis=1)
        for values in (rows.only(model.features).values, np.array(ours, dtype=np.float64))
    ]
    truth = np.array([model.tags.index(rows.tags[t]) for t in rows.labels.argmax(axis=1)])
    return {
        "without": ", ".join(without) or "nothing",
        "clips": len(rows.tracks),
        "same_genre": float((guess[0] == guess[1]).mean()),
        "accuracy_valid": evaluate(table, clusters(table.features)).to_json()["accuracy"],
        "accuracy_published": float((guess[0] == truth).mean()),
        "accuracy_heard": float((guess[1] == truth).mean()),
    }


def main() -> None:
    """Compare models without some of the features that we hear differently."""
    whole, clips = read(DATA / "gtzan-perceptual"), heard()
    keep(
        "agreement",
        "Genre from the audio and from the published row of the same real clip; "
        "accuracy_valid is of published rows, train on train and score valid.",
        COLUMNS,
        [measure(whole, clips, without) for without in WITHOUT],
    )


if __name__ == "__main__":
    main()
