"""Tags the example clips and shows everything that follows from it."""

from collections.abc import Iterator
from pathlib import Path

from earmark.resources import shipped

from .tagger import Tagger


def demo(out: Path) -> Iterator[str]:
    """Yield the reasons for every tag given; leave a store and a page in the folder."""
    clips = sorted(shipped("data", "example").glob("*.flac"))
    out.mkdir(parents=True, exist_ok=True)
    pages = []
    with Tagger.open(out / "store") as tagger:
        for tagged in tagger.tag_all(clips):
            if tagged.error is not None:
                raise tagged.error
            for tag in tagged.tags:
                yield f"── {tagged.name} ──\n\n{tagged[tag].why()}"
            pages.append(tagger.reasons.page(str(tagged.track)))
    (out / "passport.html").write_text(pages[0], "utf-8")
