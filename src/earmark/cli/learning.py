"""The commands that learn and measure: train, evaluate, models."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from . import options, printing
from .talk import say


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(train)
    app.command()(evaluate)
    app.command()(models)


Folder = Annotated[Path | None, typer.Argument(help="A dataset folder.", show_default=False)]


def train(
    out: Annotated[Path, typer.Option("--out", help="Folder to write the model to.")],
    folder: Folder = None,
    store: options.Store = None,
    name: Annotated[str, typer.Option(help="Name of the model; default the dataset's.")] = "",
    dataset: Annotated[
        str, typer.Option(help="A dataset of the store; the only one by default.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    workers: options.Workers = 1,
) -> None:
    """Learn a model from a dataset folder, or from what a store holds."""
    from earmark.model import save
    from earmark.pipeline import dataset as datasets
    from earmark.pipeline.train import train as learn

    if (folder is None) == (store is None):
        raise typer.BadParameter("give a dataset folder or --store, and not both")
    if folder is not None:
        table = datasets.read(folder, workers=workers or os.cpu_count() or 1)
    else:
        table = datasets.read_store(store, dataset)
    model = learn(table, name=name, seed=seed)
    for warning in model.remarks:
        say(warning)
    save(model, out)
    say(f"learnt {len(model.tags)} tags from {len(table.tracks)} tracks: {out}")


def evaluate(
    folder: Annotated[Path, typer.Argument(help="A dataset folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    cv: Annotated[int, typer.Option(min=0, help="Folds by artist; 0 uses the splits.")] = 0,
    predictions: Annotated[
        Path | None, typer.Option(help="Write every prediction to this JSONL file.")
    ] = None,
    workers: options.Workers = 1,
) -> None:
    """Train and score on a dataset's own splits, or in folds by artist."""
    from earmark.evaluate import evaluate as measure
    from earmark.pipeline import dataset as datasets
    from earmark.pipeline.train import clusters

    table = datasets.read(folder, workers=workers or os.cpu_count() or 1)
    evaluation = measure(table, clusters(table.features), cv=cv or None)
    if predictions is not None:
        with predictions.open("w", encoding="utf-8") as lines:
            for row in evaluation.predictions():
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    found = evaluation.to_json()
    print(json.dumps(found, indent=2) if as_json else printing.evaluation(found))


def models() -> None:
    """List the models at hand, with what they were trained on and their licences."""
    from earmark.pipeline.models import available

    for card in available():
        print(f"{card.name}: {card.tags} tags from {card.features} features")
        print(f"  trained on {card.trained_on}")
        print(f"  licence    {card.licence}")
        print(f"  folder     {card.folder}")
