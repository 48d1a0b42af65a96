"""The RDF boundary: triples are built, checked, kept and asked for here, and nowhere else."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .names import Names
    from .shapes import Finding
    from .store import Store

__all__ = ["Finding", "Names", "Store"]

_HOMES = {"Finding": "shapes", "Names": "names", "Store": "store"}


def __getattr__(name: str) -> Any:
    # Imported when first asked for: `authoring` must run while terms.json is still stale,
    # and the modules behind these names refuse to be imported then.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
