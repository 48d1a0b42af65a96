"""Finds models: shipped with Earmark, installed by the user, or in any folder."""

import logging
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import ModelError
from earmark.model import TagModel, load
from earmark.resources import data_home, shipped

log = logging.getLogger(__name__)

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
    """The models that can be asked for by name, sorted; damaged ones are left out."""
    found: dict[str, Path] = {}
    for folder in _folders():
        found.setdefault(folder.name, folder)
    return [
        _card(name, folder, model)
        for name, folder in sorted(found.items())
        if (model := _sound(folder)) is not None
    ]


def open_model(name: str = DEFAULT) -> TagModel:
    """The model of that name, or in the folder of that path."""
    for folder in (Path(name), *(home / name for home in _homes())):
        if (folder / "model.json").is_file():
            return load(folder)
    known = ", ".join(card.name for card in available()) or "none"
    raise ModelError(
        f"no model {name!r}: give a folder that `earmark train` wrote, or one of {known}"
    )


def with_digest(digest: str) -> TagModel:
    """The model that has that digest, under whatever name it is at hand."""
    for folder in _folders():
        model = _sound(folder)
        if model is not None and model.digest == digest:
            return model
    raise ModelError(
        f"no installed model has the digest {digest[:8]}…: install it, or name its folder "
        "with --model"
    )


def _homes() -> tuple[Path, Path]:
    # The user's own come first, so that a newer model may take a shipped one's name.
    return data_home() / "models", shipped("data", "models")


def _folders() -> list[Path]:
    return [file.parent for home in _homes() for file in sorted(home.glob("*/model.json"))]


def _sound(folder: Path) -> TagModel | None:
    """The model of a folder; none, with a warning, where it is damaged."""
    try:
        return load(folder)
    except ModelError as error:
        log.warning("%s", error)
        return None


def _card(name: str, folder: Path, model: TagModel) -> ModelCard:
    return ModelCard(
        name=name,
        folder=folder,
        tags=len(model.tags),
        features=len(model.features),
        trained_on=model.dataset,
        licence=model.licence,
    )
