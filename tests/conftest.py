"""What several kinds of test share: the command line, run in this process."""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from earmark.cli import main

# How long an example takes is the machine's business. Continuous integration tries the
# same examples every time; at a developer's desk they differ from run to run.
settings.register_profile(
    "earmark", deadline=None, derandomize=bool(os.environ.get("EARMARK_COMPLETE"))
)
settings.load_profile("earmark")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """`earmark ...` as a user would type it: exit code, stdout, stderr."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["earmark", *arguments])
        capfd.readouterr()
        root = logging.getLogger()
        before, root.handlers = root.handlers, []
        try:
            main()
            code = 0
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else int(bool(left.code))
        finally:
            root.handlers = before
        said = capfd.readouterr()
        return code, said.out, said.err

    return command
