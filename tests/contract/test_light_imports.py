"""Importing Earmark and asking for help stay light."""

import json
import subprocess
import sys

import pytest

HEAVY = {"torch", "librosa", "sklearn", "scipy.signal", "sentence_transformers", "rdflib", "numba"}

# CPU seconds of the process, measured inside it, so that a busy machine does not count.
PROBE = """
import json, resource, sys
{statement}
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_utime + used.ru_stime, sorted(sys.modules)]), file=sys.stderr)
"""

ASK_FOR_HELP = """
from earmark.cli import main
sys.argv = ["earmark", "--help"]
try:
    main()
except SystemExit:
    pass
"""

STATEMENTS = {
    "import earmark": ("import earmark", 0.3),
    "earmark --help": (ASK_FOR_HELP, 0.6),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_is_light(name: str) -> None:
    statement, limit = STATEMENTS[name]
    command = [sys.executable, "-c", PROBE.format(statement=statement)]
    seconds, modules = [], set()
    for _ in range(3):
        said = subprocess.run(command, capture_output=True, text=True, check=True)
        spent, loaded = json.loads(said.stderr.splitlines()[-1])
        seconds.append(spent)
        modules |= set(loaded)
    assert not HEAVY & modules
    assert min(seconds) < limit, f"{name}: {min(seconds):.2f} s CPU, at most {limit} s allowed"
