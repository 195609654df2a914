"""Writes answers to standard output."""

from __future__ import annotations

import sys
from typing import Any

import orjson
import typer
from rich.console import Console, RenderableType

WIDEST_LINE = 100_000


def show(page: RenderableType) -> None:
    """Write a page; lines are wrapped for people, and left whole for programs that read them."""
    width = None if sys.stdout.isatty() else WIDEST_LINE
    Console(width=width, highlight=False).print(page)


def write_text(page: RenderableType) -> str:
    """A page as plain text, with nothing wrapped."""
    console = Console(width=WIDEST_LINE, highlight=False, color_system=None)
    with console.capture() as capture:
        console.print(page)
    return capture.get()


def write_json(value: Any) -> None:
    """Write a value as indented JSON."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
