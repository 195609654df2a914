"""The page about reasons, from the enum and the docstring under each member."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

from dixi_operator.api.reasons import Reason
from hack.reference.tables import code, render_table

HEAD = """# Reasons

Why a condition of an install is as it is. Status, Events, metrics and `dixi explain` use the same words.
Made by `make generate`.

"""


def render_reasons() -> str:
    """One row a reason."""
    return HEAD + render_table(["reason", "what it says"], ((code(name), text) for name, text in _read_members()))


def _read_members() -> Iterator[tuple[str, str]]:
    body = ast.parse(inspect.getsource(Reason)).body[0]
    assert isinstance(body, ast.ClassDef)
    for statement, following in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(statement, ast.Assign)
            and isinstance(statement.value, ast.Constant)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
        ):
            yield str(statement.value.value), str(following.value.value)
