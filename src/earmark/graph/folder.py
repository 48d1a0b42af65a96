"""The folder of a store: its settings, its database, and the snapshots for readers."""

import os
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from earmark.errors import StoreError
from earmark.vocab import EAR, VOC

#: The layout of a store's folder and graphs that this code reads and writes.
FORMAT = 1
# The last one, and the one before for readers that still hold it.
_SNAPSHOTS_KEPT = 2
# What a writer that was killed while it made the folder may have left.
_BEGINNINGS = {"store.new", "snapshots"}


def make(place: Path, base: str) -> None:
    """Make a new store's folder, or refuse one that holds something else."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        if not {path.name for path in place.iterdir()} <= _BEGINNINGS:
            raise StoreError(f"{place} is not a store, and not an empty folder either")
        (place / "snapshots").mkdir(exist_ok=True)
        Settings(base).write(place)
    except OSError as error:
        raise StoreError(f"no store can be made in {place}: {error}") from None


def checked_base(base: str) -> str:
    """The base itself, if IRIs can be made by writing names after it."""
    try:
        ox.NamedNode(base)
    except ValueError:
        raise StoreError(f"the base {base!r} is not an IRI") from None
    if not base.endswith(("/", "#")):
        raise StoreError(f"the base {base!r} must end with / or #, since names are put after it")
    if any(own.startswith(base) or base.startswith(own) for own in (EAR.iri, VOC)):
        raise StoreError(f"the base {base!r} holds the ontology's own names: choose another")
    return base


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``store.toml`` says: the format, the base IRI, and which files are of this format.

    ``since`` is the number of the first snapshot of this format.
    """

    base: str
    format: int = FORMAT
    database: str = "oxigraph"
    since: int = 0

    def write(self, place: Path) -> None:
        """Put these settings in place of others, in one step."""
        fresh = place / "store.new"
        said = [f"format = {self.format}", f'base = "{self.base}"']
        if self.since:
            said += [f'database = "{self.database}"', f"since = {self.since}"]
        with fresh.open("w", encoding="utf-8") as file:
            file.write("\n".join(said) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(place / "store.toml")


def settings(place: Path, wanted: str | None) -> Settings:
    """The settings of a store, whose base must be the one that is wanted."""
    try:
        said = tomllib.loads((place / "store.toml").read_text("utf-8"))
        found = Settings(
            base=str(said["base"]),
            format=int(said["format"]),
            database=str(said.get("database", "oxigraph")),
            since=int(said.get("since", 0)),
        )
    except FileNotFoundError:
        raise StoreError(f"there is no store in {place}: `earmark tag` makes one") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{place / 'store.toml'} cannot be read: {error!r}") from None
    if found.format > FORMAT:
        raise StoreError(
            f"{place} has the format {found.format}, this Earmark knows {FORMAT}: update Earmark"
        )
    if wanted not in (None, found.base):
        raise StoreError(f"{place} has the base {found.base}, not {wanted}: a store keeps its base")
    return found


def opened(place: Path, *, write: bool) -> ox.Store:
    """The database in a folder."""
    try:
        return ox.Store(str(place)) if write else ox.Store.read_only(str(place))
    except (OSError, RuntimeError) as error:
        if "lock" in str(error).lower():
            raise StoreError(
                f"another process is writing to {place.parent}: wait until it has finished"
            ) from None
        raise StoreError(f"{place} cannot be opened: {error}") from None


def snapshots(place: Path) -> list[Path]:
    """The snapshots of a store, oldest first."""
    found = (path for path in (place / "snapshots").glob("*") if path.name.isdigit())
    return sorted(found, key=lambda path: int(path.name))


def newest_snapshot(place: Path, settings: Settings) -> Path:
    """The snapshot that a reader should open."""
    if settings.format < FORMAT:
        raise StoreError(
            f"{place} has the older format {settings.format}: any command that writes to it, such "
            "as `earmark compact`, brings it up to date"
        )
    found = [path for path in snapshots(place) if int(path.name) >= settings.since]
    if not found:
        raise StoreError(f"nothing has been written to {place} yet")
    return found[-1]


def clear_unfinished(place: Path) -> None:
    """Remove snapshots that somebody died over; only the writer may."""
    for unfinished in (place / "snapshots").glob(".new-*"):
        shutil.rmtree(unfinished, ignore_errors=True)


def leave_snapshot(place: Path, database: ox.Store) -> None:
    """Keep the database as it is now for readers, under a name that no reader has seen."""
    kept = snapshots(place)
    number = int(kept[-1].name) + 1 if kept else 1
    try:
        clear_unfinished(place)
        fresh = place / "snapshots" / f".new-{os.getpid()}"
        database.backup(fresh)
        # Its files are linked and keep their age; the folder's own tells when it was made.
        os.utime(fresh)
        fresh.rename(fresh.with_name(f"{number:04d}"))
        for old in kept[: 1 - _SNAPSHOTS_KEPT]:
            shutil.rmtree(old)
    except OSError as error:
        raise StoreError(f"no snapshot can be made in {place}: {error}") from None
