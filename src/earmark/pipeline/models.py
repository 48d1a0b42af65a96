"""Finds models: shipped with Earmark, installed by the user, or in any folder."""

import json
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import ModelError
from earmark.model import TagModel, load
from earmark.resources import data_home, shipped

DEFAULT = "gtzan"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What to know of a model before using it."""

    name: str
    folder: Path
    tags: int
    features: int
    trained_on: str
    licence: str


def available() -> list[ModelCard]:
    """The models that can be asked for by name, sorted."""
    found: dict[str, Path] = {}
    for home in _homes():
        for manifest in sorted(home.glob("*/model.json")):
            found.setdefault(manifest.parent.name, manifest.parent)
    return [_card(name, folder) for name, folder in sorted(found.items())]


def open_model(name: str = DEFAULT) -> TagModel:
    """The model of that name, or in the folder of that path."""
    for folder in (Path(name), *(home / name for home in _homes())):
        if (folder / "model.json").is_file():
            return load(folder)
    known = ", ".join(card.name for card in available()) or "none"
    raise ModelError(
        f"no model {name!r}: give a folder that `earmark train` wrote, or one of {known}"
    )


def _homes() -> tuple[Path, Path]:
    # The user's own come first, so that a newer model may take a shipped one's name.
    return data_home() / "models", shipped("data", "models")


def _card(name: str, folder: Path) -> ModelCard:
    about = json.loads((folder / "model.json").read_text("utf-8"))
    return ModelCard(
        name=name,
        folder=folder,
        tags=len(about["tags"]),
        features=len(about["procedures"]),
        trained_on=about["dataset"],
        licence=about["licence"],
    )
