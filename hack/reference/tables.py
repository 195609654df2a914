"""Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def render_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells may hold anything."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_escape(cell) for cell in line) + " |" for line in lines) + "\n"


def code(value: object) -> str:
    """A value in code style; empty for nothing."""
    return f"`{value}`" if value not in {"", None} else ""


def _escape(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")
