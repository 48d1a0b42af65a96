"""A feature from outside: one function, one entry point, nothing else to touch."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUG_IN = '''
"""Percepts of an orchestra that is not Earmark's."""

import numpy as np

from earmark.percepts import Hearing, feature


@feature(unit="unit:UNITLESS", bounds=(0.0, 1.0), aggregate="global")
def roundness(hearing: Hearing) -> float:
    """How round the sound is.

    High values mean a round sound. Low values mean an edgy one.

    References
    ----------
    .. [1] A. Author, "Roundness", 2020.
    """
    return float(1 / (1 + np.abs(np.diff(hearing.clip.samples)).mean()))
'''

ASK = """
import json, numpy as np
from earmark.percepts import available, features_version, listen
from earmark.types import Clip

clip = Clip(np.sin(np.arange(22050) / 10).astype(np.float32), 22050)
print(json.dumps({
    "concepts": {one.concept.notation: one.concept.high for one in available()},
    "seen": {seen.feature: seen.value for seen in listen(clip, "t").observations},
    "version": features_version(),
}))
"""


def install(folder: Path, code: str, *, module: str = "orchestra", name: str = "orchestra") -> None:
    """Lay out a distribution as pip would."""
    info = folder / "orchestra-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: orchestra\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[earmark.features]\n{name} = {module}\n")
    (folder / "orchestra.py").write_text(code)


def ask(folder: Path) -> subprocess.CompletedProcess[str]:
    """What a fresh interpreter with that folder on its path finds."""
    path = os.pathsep.join([str(folder), *filter(None, sys.path)])
    return subprocess.run(
        [sys.executable, "-c", ASK],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_plug_in_is_found_meant_and_measured(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    before = json.loads(ask(empty).stdout)
    install(tmp_path, PLUG_IN)
    answer = ask(tmp_path)
    assert not answer.stderr
    after = json.loads(answer.stdout)
    assert "roundness" not in before["concepts"]
    assert after["concepts"]["roundness"] == "a round sound"
    assert after["seen"]["roundness"] == pytest.approx(0.94, abs=0.01)
    assert after["seen"] == before["seen"] | {"roundness": after["seen"]["roundness"]}
    assert after["version"] != before["version"]


@pytest.mark.parametrize(
    ("code", "module", "sentence"),
    [
        (PLUG_IN.replace("roundness", "tempo"), "orchestra", "feature 'tempo' is registered twice"),
        (PLUG_IN.replace("Low values mean", ""), "orchestra", "feature 'roundness' has no low"),
        (PLUG_IN, "missing_module", "plug-in 'orchestra' names missing_module"),
    ],
)
def test_a_plug_in_that_is_wrong_is_named(
    tmp_path: Path, code: str, module: str, sentence: str
) -> None:
    install(tmp_path, code, module=module)
    answer = ask(tmp_path)
    assert answer.returncode != 0
    assert f"FeatureError: {sentence}" in answer.stderr
