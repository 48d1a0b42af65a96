"""Keeps a table of figures as JSON and Markdown, with the command and the date."""

import json
import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def keep(
    name: str, about: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], **facts: Any
) -> None:
    """Print a table and write it to results/NAME-DATE.json and .md."""
    date = datetime.now(UTC).date().isoformat()
    command = f"python -m benchmarks.{name}"
    record = {
        "about": about,
        "command": command,
        "date": date,
        "python": platform.python_version(),
        "machine": platform.machine(),
        **facts,
        "rows": list(rows),
    }
    table = _markdown(columns, rows)
    facts_lines = "".join(f"* {key.replace('_', ' ')}: {value}\n" for key, value in facts.items())
    text = f"# {name}, {date}\n\n{about}\n\n`{command}`\n\n{facts_lines}\n{table}"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}-{date}.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    (RESULTS / f"{name}-{date}.md").write_text(text, "utf-8")
    sys.stdout.write(text)


def _markdown(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_cell(row.get(c, "")) for c in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
