"""One line about each of several installs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.table import Table
from rich.text import Text

from dixi_operator.api.types import Manifest
from dixi_operator.cli.explain import read_conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What one line says; a field of which nothing is known is empty."""

    name: str
    namespace: str
    version: str
    ready: str
    reason: str
    vision: str
    gateway: str
    endpoint: str

    def describe(self) -> dict[str, str]:
        """The same as JSON."""
        return asdict(self)


def summarise_install(install: Manifest) -> Summary:
    """Say of an install what ``kubectl get`` says, and its namespace."""
    spec, status = _object(install.get("spec")), _object(install.get("status"))
    ready = next((item for item in read_conditions(install) if item["type"] == "Ready"), {})
    return Summary(
        name=install["metadata"]["name"],
        namespace=str(_object(spec.get("namespace")).get("name", "")),
        version=str(spec.get("version", "")),
        ready=str(ready.get("status", "Unknown")),
        reason=str(ready.get("reason", "")),
        vision=str(status.get("vision", "")),
        gateway=str(status.get("gateway", "")),
        endpoint=str(status.get("endpoint", "")),
    )


def draw_installs(summaries: Sequence[Summary]) -> Table:
    """A table of installs."""
    table = Table(box=None, pad_edge=False)
    for column in ("NAME", "NAMESPACE", "VERSION", "READY", "REASON", "VISION", "GATEWAY", "URL"):
        table.add_column(column)
    for summary in summaries:
        style = {"True": "green", "False": "red"}.get(summary.ready, "yellow")
        cells = list(summary.describe().values())
        table.add_row(*(Text(cell, style=style if index == 3 else "") for index, cell in enumerate(cells)))
    return table


def _object(value: object) -> Manifest:
    return value if isinstance(value, dict) else {}
