"""Options that several commands share, each described once."""

from pathlib import Path
from typing import Annotated

import typer

Store = Annotated[
    Path | None,
    typer.Option(
        "--store", help="Folder of the store; default in the XDG data folder.", show_default=False
    ),
]
Base = Annotated[
    str | None,
    typer.Option("--base", help="IRI that all names begin with; fixed when a store is made."),
]
Model = Annotated[str, typer.Option("--model", help="Name of a model, or its folder.")]
Lang = Annotated[
    str,
    typer.Option(
        help="Language of labels, such as de; English where there is none.", show_default=False
    ),
]
Workers = Annotated[
    int, typer.Option("--workers", min=0, help="Processes that listen; 0 is one per core.")
]
Paths = Annotated[
    list[Path], typer.Argument(help="Audio files, folders of them, or dataset folders.")
]
