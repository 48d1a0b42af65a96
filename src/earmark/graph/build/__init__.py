"""What the graph says of values: pure functions from values to triples by graph."""

from .concepts import concepts, ontology
from .datasets import dataset, row_track
from .models import model
from .recordings import failure, file, track
from .runs import execution, run
from .tags import rebuilt, tags

__all__ = [
    "concepts",
    "dataset",
    "execution",
    "failure",
    "file",
    "model",
    "ontology",
    "rebuilt",
    "row_track",
    "run",
    "tags",
    "track",
]
