"""Brings the store of an older Earmark to the present format, in one step.

The database is copied by hard links, changed in the copy, and taken into use by
replacing ``store.toml``. Until then the store is what it was, whatever happens.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from earmark.errors import StoreError

from . import folder as folders
from .folder import Settings
from .names import Names

Migration = Callable[[ox.Store, Names], None]

#: How to make the next format of each older one, by its number. There is none yet: 1 is
#: the first format that was ever written.
MIGRATIONS: Mapping[int, Migration] = {}


def migrated(
    place: Path, settings: Settings, migrations: Mapping[int, Migration] | None = None
) -> Settings:
    """The settings of a store that has the present format from now on."""
    migrations = MIGRATIONS if migrations is None else migrations
    if settings.format == folders.FORMAT:
        return settings
    steps = [migrations.get(number) for number in range(settings.format, folders.FORMAT)]
    if not all(steps):
        raise StoreError(
            f"{place} has the format {settings.format}, which this Earmark cannot bring up to "
            f"{folders.FORMAT}: import what the Earmark that wrote it exports"
        )
    kept = [int(path.name) for path in folders.snapshots(place)]
    after = replace(
        settings,
        format=folders.FORMAT,
        database=f"oxigraph-{folders.FORMAT}",
        since=max(kept, default=0) + 1,
    )
    _change(place, settings, after, [step for step in steps if step])
    return after


def _change(place: Path, before: Settings, after: Settings, steps: list[Migration]) -> None:
    old, new = place / before.database, place / after.database
    try:
        # Open to write, so that nobody else does.
        database = folders.opened(old, write=True)
        shutil.rmtree(new, ignore_errors=True)
        database.backup(new)
        copy = folders.opened(new, write=True)
        for step in steps:
            step(copy, Names(before.base))
        copy.flush()
        # The old files may only be let go of when nothing has them open.
        del copy, database
        after.write(place)
        shutil.rmtree(old, ignore_errors=True)
    except (OSError, RuntimeError) as error:
        raise StoreError(f"{place} cannot be brought to the present format: {error}") from None
