"""Says a result: as a table to a person, as JSON to a program."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, TypeAlias

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 200  # where no person looks, nothing is cut off

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Say it as JSON, for a program.")]


def console() -> Console:
    """Give the screen, as wide as it is."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDE)


def say_json(result: object) -> None:
    """Print what a program reads."""
    typer.echo(json.dumps(result, ensure_ascii=False, indent=2, default=str))


def say_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], empty: str) -> None:
    """Print a line for each row, or that there is none."""
    if not rows:
        typer.echo(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(_plain(row[each]) for each in columns))
    console().print(table)


def _plain(value: object) -> Text:
    """Return a cell as it is: a dead letter may hold marks of rich, or move the cursor."""
    text = "" if value is None else str(value)
    return Text("".join(each if each.isprintable() or each == "\n" else "?" for each in text))


def short(age: timedelta) -> str:
    """Write how long something is ago, in its largest unit."""
    seconds = max(int(age.total_seconds()), 0)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
