"""Terms are closed: what the ontology does not define cannot be named."""

import subprocess
import sys

import pytest

from earmark import vocab
from earmark.errors import VocabularyError


def test_a_term_is_its_whole_iri() -> None:
    assert vocab.EAR.TagAssertion == "https://w3id.org/earmark/ns#TagAssertion"
    assert vocab.SOSA.observedProperty == "http://www.w3.org/ns/sosa/observedProperty"


def test_a_misspelt_term_raises_and_offers_the_right_one() -> None:
    with pytest.raises(VocabularyError, match="ear:TagAssertoin: did you mean 'TagAssertion'"):
        _ = vocab.EAR.TagAssertoin


def test_a_term_of_others_is_closed_too() -> None:
    with pytest.raises(VocabularyError, match="prov:wasDerivedFrom"):
        _ = vocab.PROV.wasDerivedFrom


def test_an_unlike_term_says_where_to_define_it() -> None:
    with pytest.raises(VocabularyError, match="define it in ontology/"):
        _ = vocab.EAR.zzzzzzzz


def test_python_may_still_look_for_its_own_names() -> None:
    assert not hasattr(vocab.EAR, "__wrapped__")


def test_a_misspelling_raises_when_its_module_is_imported() -> None:
    code = "from earmark.vocab import EAR\nNODE = EAR.becaus"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "did you mean 'because'?" in done.stderr


def test_concepts_are_known_by_notation() -> None:
    assert vocab.concept_iri("features", "tempo") == "https://w3id.org/earmark/voc/features/tempo"
    assert not vocab.knows("features", "length")
    with pytest.raises(VocabularyError, match="did you mean 'genre/reggae'"):
        vocab.concept_iri("tags", "genre/regae")


def test_reading_terms_needs_the_standard_library_alone() -> None:
    code = (
        "import sys, earmark.vocab\n"
        "heavy = {'rdflib', 'pyoxigraph', 'numpy', 'pyshacl'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
