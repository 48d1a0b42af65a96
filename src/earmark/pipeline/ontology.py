"""Generates what follows from the feature registry and the ontology's Turtle.

``make ontology`` runs it; the tests compare the committed files with what it gives.
"""

import json
from pathlib import Path

from earmark import percepts
from earmark.graph.authoring import features_turtle, terms
from earmark.graph.context import context
from earmark.graph.links import links, links_turtle
from earmark.resources import shipped
from earmark.semantics.embed import cache
from earmark.semantics.meaning import sentence


def features_ttl() -> str:
    """The feature vocabulary, as the registry has it."""
    return features_turtle(percepts.available())


def terms_json() -> str:
    """Every term that code may name, as the Turtle files define them."""
    return json.dumps(terms(), indent=1, sort_keys=True) + "\n"


def context_jsonld() -> str:
    """The context that gives every term a short key in JSON-LD."""
    return json.dumps(context(), indent=1) + "\n"


def questions_ttl() -> str:
    """The competency questions, for editors to list."""
    # These modules refuse to be imported while terms.json is stale.
    from earmark.graph.executables import questions_turtle
    from earmark.graph.queries import questions

    return questions_turtle(questions(), str(terms()["version"]))


def rules_ttl() -> str:
    """The rules, which derived nodes name as their origin."""
    from earmark.graph import rules
    from earmark.graph.executables import rules_turtle

    return rules_turtle(rules.available())


def links_ttl() -> str:
    """The confirmed links to other vocabularies, ready to be imported."""
    return links_turtle(links(), str(terms()["version"]))


def sentences() -> list[str]:
    """The meaning of every feature, as it is embedded."""
    return [sentence(feature.concept) for feature in percepts.available()]


#: What is written, and what it holds; a later one may need an earlier one.
FILES = {
    "vocab/features.ttl": features_ttl,
    "terms.json": terms_json,
    "context.jsonld": context_jsonld,
    "questions.ttl": questions_ttl,
    "vocab/rules.ttl": rules_ttl,
    "align/links.ttl": links_ttl,
}


def write() -> list[Path]:
    """Write all files of the ontology that are generated, and the cached embeddings."""
    paths = []
    for name, content in FILES.items():
        path = shipped("ontology", *name.split("/"))
        path.write_text(content(), "utf-8")
        paths.append(path)
    return [*paths, cache(sentences())]


if __name__ == "__main__":
    for path in write():
        print(path)  # noqa: T201
