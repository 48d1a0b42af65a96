"""Finds ontology/, queries/ and data/, installed in a wheel or in a checkout alike."""

import os
from pathlib import Path

from earmark.errors import EarmarkError

_HERE = Path(__file__).parent


def _root() -> Path:
    """The folder that holds what ships beside the code.

    A wheel carries it inside the package; in a checkout it is the repository. The
    checkout is looked for second, relative to this file, so that an installed copy
    never reads a checkout it merely happens to run in.
    """
    for place in (_HERE / "_shipped", _HERE.parent.parent):
        if (place / "ontology").is_dir():
            return place
    raise EarmarkError(
        f"ontology/ is neither in {_HERE / '_shipped'} nor beside src/: reinstall earmark"
    )


def shipped(*parts: str) -> Path:
    """The path of a file or folder that ships with Earmark.

    >>> shipped("ontology", "core.ttl").name
    'core.ttl'
    """
    return _root().joinpath(*parts)


def data_home() -> Path:
    """The user's folder for stores and models, by the XDG base directory rule."""
    return _home("XDG_DATA_HOME", ".local/share")


def cache_home() -> Path:
    """The user's folder for what can be made again, by the XDG base directory rule."""
    return _home("XDG_CACHE_HOME", ".cache")


def _home(variable: str, otherwise: str) -> Path:
    if base := os.environ.get(variable):
        return Path(base) / "earmark"
    try:
        return Path.home() / otherwise / "earmark"
    except RuntimeError:
        raise EarmarkError(f"this user has no home folder: set HOME or {variable}") from None
