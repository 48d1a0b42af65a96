"""Turns SHACL shapes into SPARQL that finds where they are broken, quickly and in place.

Of SHACL Core it knows what ``ontology/shapes`` uses, and refuses the rest: a constraint
that was read over would look as if it always held.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from string import Template

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from earmark.errors import GraphError
from earmark.vocab import DCAT, DCTERMS, EAR, PROV, QUDT, RDF, RDFS, SKOS, SOSA, XSD

_SHORT = (DCAT, DCTERMS, EAR, PROV, QUDT, RDF, RDFS, SKOS, SOSA, XSD)
_SH = "http://www.w3.org/ns/shacl#"

_SUBCLASS = f"{RDFS.iri}subClassOf"

Term = NamedNode | BlankNode | Literal
Statements = dict[Term, dict[str, list[Term]]]

# What a property shape may demand of how many values there are: a pattern that finds a
# node with too many or too few, and what to tell its author.
_COUNTS = {
    ("minCount", "1"): (
        "FILTER NOT EXISTS { ?node $path ?any }",
        "$name is missing: state it",
    ),
    ("maxCount", "0"): (
        "?node $path ?any .",
        "$name does not belong here: take it away",
    ),
    ("maxCount", "1"): (
        "?node $path ?one, ?two . FILTER (!SAMETERM(?one, ?two))",
        "$name is stated more than once: keep one",
    ),
    ("uniqueLang", "true"): (
        (
            "?node $path ?one, ?two . "
            'FILTER (LANG(?one) != "" && LANG(?one) = LANG(?two) && !SAMETERM(?one, ?two))'
        ),
        "$name is stated twice in one language: keep one",
    ),
}

# What it may demand of each value: a test that must be true, and what to tell.
_TESTS = {
    "nodeKind": ("ISIRI(?value)", "$name is $value, not an IRI: name the thing by its IRI"),
    "datatype": ("$datatype", "$name is $value, not an $wanted: write it as one"),
    "minInclusive": ("?value >= $bound", "$name is $value: it must be $wanted or more"),
    "minExclusive": ("?value > $bound", "$name is $value: it must be more than $wanted"),
    "maxInclusive": ("?value <= $bound", "$name is $value: it must be $wanted or less"),
    "in": ("?value IN ($bound)", "$name is $value: choose one of $wanted"),
    "pattern": ("REGEX(STR(?value), $bound)", "$name is $value: it must look like $wanted"),
    "minLength": (
        "STRLEN(STR(?value)) >= $bound",
        "$name is $value: write at least $wanted characters",
    ),
    "lessThan": ("?value < ?other", "$name is $value: it must be less than $wanted"),
    "lessThanOrEquals": ("?value <= ?other", "$name is $value: it must not be more than $wanted"),
}

# What a node shape may demand of a list of properties: how many of them a node may state.
_CHOICES = {
    "xone": ("!= 1", "exactly one of $wanted must be stated"),
    "or": ("< 1", "one of $wanted must be stated"),
}

# What makes a literal of a datatype well-formed. A number must be one to the store.
_FORMS = {
    f"{RDF.iri}langString": 'LANG(?value) != ""',
    f"{XSD.iri}string": "true",
    f"{XSD.iri}boolean": 'STR(?value) IN ("true", "false", "1", "0")',
    f"{XSD.iri}integer": "ISNUMERIC(?value)",
    f"{XSD.iri}decimal": "ISNUMERIC(?value)",
    f"{XSD.iri}date": f"DATATYPE(<{XSD.iri}date>(STR(?value))) = <{XSD.iri}date>",
    f"{XSD.iri}dateTime": f"DATATYPE(<{XSD.iri}dateTime>(STR(?value))) = <{XSD.iri}dateTime>",
}

_TARGETS = {
    "targetClass": "?node a $target .",
    "targetSubjectsOf": "?node $target ?target .",
}
# What a shape says of itself to readers.
_SAID = {RDF.type, SKOS.definition}


@dataclass(frozen=True, slots=True)
class Constraint:
    """One demand of a shape.

    ``source`` and ``component`` name it as SHACL's reports do; ``where`` is a pattern that
    finds each ?node that breaks it, and its ?value where the advice speaks of one.
    """

    source: str
    component: str
    where: str
    advice: str

    def told(self, value: Term | None) -> str:
        """What is wrong and what to do about it, in words."""
        return Template(self.advice).safe_substitute(value="" if value is None else _shown(value))


@dataclass(frozen=True, slots=True)
class Shape:
    """What is demanded of every ?node that a pattern finds."""

    name: str
    target: str
    constraints: tuple[Constraint, ...]

    @property
    def concerns(self) -> str:
        """Whether there is any such node, as a query."""
        return f"ASK {{ {self.target} }}"

    def query(self, constraint: Constraint) -> str:
        """Which of the nodes break a constraint, and by which value, as a query.

        One for each: planning the union of all takes longer than asking them one by one.
        """
        return f"SELECT DISTINCT ?node ?value WHERE {{ {self.target} {constraint.where} }}"


def compiled(triples: Iterable[Triple], axioms: Iterable[Triple] = ()) -> tuple[Shape, ...]:
    """The node shapes that are stated in SHACL, in the order of their names.

    Instances of subclasses, by the given axioms, are instances of a class too.
    """
    stated = _by_subject(triples)
    below = _subclasses(axioms)
    shape = NamedNode(f"{_SH}NodeShape")
    found = (node for node, said in stated.items() if shape in said.get(RDF.type, ()))
    return tuple(_shape(stated, node, below) for node in sorted(found, key=str))


def _shape(stated: Statements, node: Term, below: Mapping[str, set[str]]) -> Shape:
    constraints = tuple(_node_constraints(stated, node))
    keys = {(one.source, one.component) for one in constraints}
    if len(keys) != len(constraints):
        raise GraphError(f"{node}: the same kind of constraint is stated twice in one place")
    name = node.value.rpartition("#")[2]
    return Shape(name, _target(stated[node], node, below), constraints)


def _target(said: Mapping[str, list[Term]], node: Term, below: Mapping[str, set[str]]) -> str:
    """The pattern that binds ?node to every node that a shape is about."""
    found = [(kind, target) for kind in _TARGETS for target in said.get(f"{_SH}{kind}", ())]
    if len(found) != 1:
        raise GraphError(f"{node}: a shape needs exactly one of {', '.join(_TARGETS)}")
    ((kind, target),) = found
    if target.value in below:
        classes = " ".join(f"<{name}>" for name in sorted({target.value, *below[target.value]}))
        return f"VALUES ?class {{ {classes} }} ?node a ?class ."
    return Template(_TARGETS[kind]).substitute(target=target)


def _node_constraints(stated: Statements, node: Term) -> Iterator[Constraint]:
    for predicate, values in stated[node].items():
        kind = predicate.removeprefix(_SH)
        for value in values:
            if kind == "property":
                yield from _property_constraints(stated, value)
            elif kind == "nodeKind":
                yield _test(stated, node, kind, value, path=None)
            elif kind in _CHOICES:
                yield _choice(stated, node, kind, value)
            elif kind not in _TARGETS and predicate not in _SAID:
                raise _unknown(node, predicate)


def _property_constraints(stated: Statements, node: Term) -> Iterator[Constraint]:
    path = _path(stated, node)
    words = {"path": str(path), "name": _short(path.value)}
    for predicate, values in stated[node].items():
        kind = predicate.removeprefix(_SH)
        for value in values:
            if (kind, value.value) in _COUNTS:
                where, advice = _COUNTS[kind, value.value]
                yield _constraint(node, kind, where, advice, words)
            elif kind in _TESTS:
                yield _test(stated, node, kind, value, path=path)
            elif kind != "path":
                raise _unknown(path, f"{predicate} {value}")


def _test(
    stated: Statements, node: Term, kind: str, wanted: Term, *, path: NamedNode | None
) -> Constraint:
    """A demand on each value, or on the node itself."""
    test, advice = _TESTS[kind]
    each = "?node $path ?value ." if path else "BIND (?node AS ?value)"
    if kind.startswith("lessThan"):
        each += " ?node $bound ?other ."
    if kind == "nodeKind" and wanted.value != f"{_SH}IRI":
        raise _unknown(node, f"sh:nodeKind {wanted}")
    members = _choices(stated, wanted) if kind == "in" else [wanted]
    words = {
        "path": str(path),
        "name": _short(path.value) if path else "it",
        "bound": ", ".join(map(str, members)),
        "wanted": ", ".join(map(_shown, members)),
    }
    if kind == "datatype":
        words["datatype"] = _is_literal(node, wanted)
    return _constraint(node, kind, f"{each} FILTER (!COALESCE({test}, false))", advice, words)


def _choices(stated: Statements, head: Term) -> list[Term]:
    """What may be chosen from: words and IRIs, for which equal terms are equal values."""
    members = list(_members(stated, head))
    for member in members:
        if isinstance(member, Literal) and member.datatype.value != XSD.string:
            raise _unknown(member, "sh:in over anything but words and IRIs")
    return members


def _is_literal(node: Term, wanted: Term) -> str:
    if wanted.value not in _FORMS:
        raise _unknown(node, f"sh:datatype {wanted}")
    return f"DATATYPE(?value) = {wanted} && {_FORMS[wanted.value]}"


def _choice(stated: Statements, node: Term, kind: str, members: Term) -> Constraint:
    """A demand on how many of some properties a node states."""
    paths = [_path(stated, member) for member in _members(stated, members)]
    for member in _members(stated, members):
        demands = {p: v[0].value for p, v in stated[member].items() if p != f"{_SH}path"}
        if demands != {f"{_SH}minCount": "1"}:
            raise _unknown(node, f"sh:{kind} of anything but sh:minCount 1")
    test, advice = _CHOICES[kind]
    count = " + ".join(f"IF(EXISTS {{ ?node {path} ?any }}, 1, 0)" for path in paths)
    words = {"wanted": ", ".join(_short(path.value) for path in paths)}
    return _constraint(node, kind, f"FILTER ({count} {test})", advice, words)


def _constraint(
    node: Term, kind: str, where: str, advice: str, words: Mapping[str, str]
) -> Constraint:
    return Constraint(
        source=node.value,
        component=f"{_SH}{kind[0].upper()}{kind[1:]}ConstraintComponent",
        where=Template(where).substitute(words),
        advice=Template(advice).safe_substitute(words),
    )


def _unknown(node: Term, what: str) -> GraphError:
    return GraphError(f"{node}: the constraint {what} is not known; constraints.py would need it")


# --- reading ---


def _by_subject(triples: Iterable[Triple]) -> Statements:
    stated: Statements = {}
    for triple in triples:
        said = stated.setdefault(_term(triple.subject), {})
        said.setdefault(triple.predicate.value, []).append(_term(triple.object))
    return stated


def _term(term: Term | Triple) -> Term:
    if isinstance(term, Triple):
        raise GraphError(f"{term}: shapes and axioms hold no triples within triples")
    return term


def _path(stated: Statements, node: Term) -> NamedNode:
    (path,) = stated[node].get(f"{_SH}path", [node])
    if not isinstance(path, NamedNode):
        raise _unknown(node, "sh:path over more than one property")
    return path


def _members(stated: Statements, node: Term) -> Iterator[Term]:
    """The members of a list."""
    while node.value != f"{RDF.iri}nil":
        (first,), (node,) = stated[node][f"{RDF.iri}first"], stated[node][f"{RDF.iri}rest"]
        yield first


def _subclasses(axioms: Iterable[Triple]) -> dict[str, set[str]]:
    """Every class with all that are below it."""
    above: dict[str, set[str]] = {}
    for axiom in axioms:
        if axiom.predicate.value == _SUBCLASS:
            name, parent = _term(axiom.subject).value, _term(axiom.object).value
            above.setdefault(name, set()).add(parent)
    below: dict[str, set[str]] = {}
    for name in above:
        todo, seen = set(above[name]), set[str]()
        while todo:
            parent = todo.pop()
            seen.add(parent)
            todo |= above.get(parent, set()) - seen
            below.setdefault(parent, set()).add(name)
    return below


def _short(iri: str) -> str:
    """An IRI with its prefix, where that is known."""
    for space in _SHORT:
        if iri.startswith(space.iri):
            return f"{space.prefix}:{iri.removeprefix(space.iri)}"
    return f"<{iri}>"


def _shown(term: Term) -> str:
    """A term as a person would write it."""
    if isinstance(term, NamedNode):
        return _short(term.value)
    if isinstance(term, BlankNode):
        return "a blank node"
    kind = term.datatype.value
    if kind in (XSD.decimal, XSD.integer):
        return term.value
    return f'"{term.value}"' if kind == XSD.string else f'"{term.value}" ({_short(kind)})'
