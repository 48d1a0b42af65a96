"""Generates what follows from the feature registry and the ontology's Turtle.

``make ontology`` runs it; the tests compare the committed files with what it gives.
"""

import json
from pathlib import Path

from earmark import percepts
from earmark.graph.authoring import features_turtle, terms
from earmark.resources import shipped
from earmark.semantics.embed import cache
from earmark.semantics.meaning import sentence


def features_ttl() -> str:
    """The feature vocabulary, as the registry has it."""
    return features_turtle(percepts.available())


def terms_json() -> str:
    """Every term that code may name, as the Turtle files define them."""
    return json.dumps(terms(), indent=1, sort_keys=True) + "\n"


def sentences() -> list[str]:
    """The meaning of every feature, as it is embedded."""
    return [sentence(feature.concept) for feature in percepts.available()]


def write() -> list[Path]:
    """Write features.ttl, terms.json and the cached embeddings."""
    vocabulary = shipped("ontology", "vocab", "features.ttl")
    vocabulary.write_text(features_ttl(), "utf-8")
    # After features.ttl, whose concepts it lists.
    listed = shipped("ontology", "terms.json")
    listed.write_text(terms_json(), "utf-8")
    return [vocabulary, listed, cache(sentences())]


if __name__ == "__main__":
    for path in write():
        print(path)  # noqa: T201
