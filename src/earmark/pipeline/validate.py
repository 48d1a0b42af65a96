"""Checks a store or a file against every shape and audit."""

from pathlib import Path

from earmark.graph import Finding, Store, check, keeping

from .place import store_folder


def validate(file: Path | None, store: Path | None) -> list[Finding]:
    """What is wrong, and where; nothing where all is well."""
    if file is not None:
        return check.file(file)
    with Store.open(store_folder(store)) as opened:
        return keeping.disorder(opened) + check.everything(opened)
