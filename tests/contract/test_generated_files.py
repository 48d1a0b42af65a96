"""What is generated and committed is what the code generates today."""

from pathlib import Path

import numpy as np
import pytest

from earmark.pipeline import ontology
from earmark.resources import shipped

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ontology.FILES)
def test_a_generated_file_of_the_ontology_is_fresh(name: str) -> None:
    committed = shipped("ontology", *name.split("/")).read_text("utf-8")
    assert committed == ontology.FILES[name](), "run `make ontology`"


def test_every_meaning_is_cached() -> None:
    from earmark.semantics.embed import _cached, _key

    assert {_key(text) for text in ontology.sentences()} == set(_cached()), "run `make ontology`"


@pytest.mark.parametrize("name", ["features.md", "questions.md", "command-line.md"])
def test_reference_pages_are_fresh(name: str) -> None:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("generate", ROOT / "docs" / "reference" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = module_from_spec(spec)
    spec.loader.exec_module(generate)
    committed = (ROOT / "docs" / "reference" / name).read_text("utf-8")
    assert committed == generate.PAGES[name](), "run `make docs`"


@pytest.mark.synth
def test_the_example_clips_sound_as_they_are_written(tmp_path: Path) -> None:
    # Another version of fluidsynth may differ in every sample, but not in what is played.
    import subprocess
    import sys

    import soundfile

    script = ROOT / "data" / "example" / "render.py"
    subprocess.run([sys.executable, script, "--out", tmp_path], check=True, capture_output=True)
    for clip in sorted(shipped("data", "example").glob("*.flac")):
        committed, rate = soundfile.read(clip)
        rendered, rate_now = soundfile.read(tmp_path / clip.name)
        assert rate == rate_now
        assert len(committed) == len(rendered)
        frames = [
            samples[: len(samples) // 512 * 512].reshape(-1, 512)
            for samples in (committed, rendered)
        ]
        loudness = [np.sqrt((one**2).mean(axis=1)) for one in frames]
        assert np.corrcoef(*loudness)[0, 1] > 0.95, clip.name
