"""The commands that listen: tag, extract."""

import os
from enum import StrEnum
from typing import Annotated

import typer

from . import options, printing
from .talk import complain, leave, with_progress


class TagFormat(StrEnum):
    """How tags are printed."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    TTL = "ttl"


class ExtractFormat(StrEnum):
    """How percepts are printed."""

    JSONL = "jsonl"


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(tag)
    app.command()(extract)


def tag(
    paths: options.Paths,
    store: options.Store = None,
    model: options.Model = "gtzan",
    style: Annotated[TagFormat, typer.Option("--format", help="How to print.")] = TagFormat.TABLE,
    top: Annotated[int, typer.Option(min=0, help="Tags per track; 0 is all.")] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Skip what this run has tagged.")
    ] = False,
    workers: options.Workers = 1,
    base: options.Base = None,
) -> None:
    """Tag music, and keep the tags with their reasons in the store."""
    from earmark.pipeline.tagger import Tagger

    done = failed = 0
    with Tagger.open(store, model=model, base=base) as tagger:
        as_text = {
            TagFormat.TABLE: printing.table,
            TagFormat.JSONL: printing.jsonl,
            TagFormat.CSV: printing.rows,
            TagFormat.TTL: printing.turtle,
        }[style]
        if style is TagFormat.CSV:
            print(printing.CSV_HEADER)
        todo = tagger.inputs(paths)
        results = tagger.tag_all(todo, resume=resume, workers=workers or os.cpu_count() or 1)
        for tagged in with_progress(results, len(todo), "tagging"):
            if tagged.error is None:
                done += 1
            else:
                failed += 1
                complain(tagged.error)
            if text := as_text(tagged, printing.strongest(tagged.scores, top)):
                print(text, flush=True)
    leave(done=done, failed=failed)


def extract(
    paths: options.Paths,
    workers: options.Workers = 1,
    _: Annotated[
        ExtractFormat, typer.Option("--format", help="How to print.")
    ] = ExtractFormat.JSONL,
) -> None:
    """Print the percepts of audio files, without tagging or keeping them."""
    from earmark.pipeline.extract import audio_files, extract_all

    done = failed = 0
    files = audio_files(paths)
    heard = extract_all(files, workers=workers or os.cpu_count() or 1)
    for extraction in with_progress(heard, len(files), "listening"):
        if extraction.error is None:
            done += 1
        else:
            failed += 1
            complain(extraction.error)
        print(printing.percepts(extraction), flush=True)
    leave(done=done, failed=failed)
