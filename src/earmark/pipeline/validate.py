"""Checks a store or a file against every shape and audit."""

from pathlib import Path

from earmark.graph import Finding, Store, check

from .place import store_folder


def validate(file: Path | None, store: Path | None) -> list[Finding]:
    """What is wrong, worst first; nothing where all is well."""
    if file is not None:
        return check.file(file)
    with Store.open(store_folder(store)) as opened:
        return check.everything(opened)
