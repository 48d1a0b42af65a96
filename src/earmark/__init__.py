"""Music tagging that can always say why."""

from typing import TYPE_CHECKING, Any

from earmark.version import __version__

if TYPE_CHECKING:
    from earmark.pipeline.tagger import Tagger

__all__ = ["Tagger", "__version__"]


def __getattr__(name: str) -> Any:
    # Imported when first asked for, so that `import earmark` stays light.
    if name == "Tagger":
        from earmark.pipeline.tagger import Tagger

        return Tagger
    raise AttributeError(f"module 'earmark' has no attribute {name!r}")
