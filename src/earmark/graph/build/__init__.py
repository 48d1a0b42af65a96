"""What the graph says of values: pure functions from values to triples by graph."""

from .concepts import concepts, ontology
from .datasets import dataset, row_track
from .models import model
from .recordings import file, track
from .runs import execution, run
from .tags import tags

__all__ = [
    "concepts",
    "dataset",
    "execution",
    "file",
    "model",
    "ontology",
    "row_track",
    "run",
    "tags",
    "track",
]
