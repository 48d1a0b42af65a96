"""What several kinds of test share: the command line, run in this process."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.cli import main

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
