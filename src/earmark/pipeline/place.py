"""Where things are when nobody says."""

from pathlib import Path

from earmark.resources import data_home


def store_folder(store: Path | str | None) -> Path:
    """The folder of the store that is meant."""
    return data_home() / "store" if store is None else Path(store)
