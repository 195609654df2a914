"""The page about the chart's values, from their schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from hack.chart.manifests import CHART
from hack.reference.tables import code, render_table

SCHEMA: Mapping[str, Any] = json.loads((CHART / "values.schema.json").read_text())
NEVER_SET = ("global",)
HEAD = """# Values of the chart

Every value of `charts/dixi-operator`, which takes no others. Made from the schema by `make generate`.

"""


def render_values() -> str:
    """One table of all values, in the order of the schema."""
    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    rows = [
        (code(".".join(path)), _name_type(schema), _show_default(defaults, path), schema["description"])
        for path, schema in list_values().items()
    ]
    return HEAD + render_table(["value", "type", "default", "what it is"], rows)


def list_values() -> dict[tuple[str, ...], Mapping[str, Any]]:
    """The schema of every value by its path; one that has examples is set as a whole."""
    return {path: schema for path, schema in _walk(SCHEMA, ()) if path != NEVER_SET}


def _walk(schema: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    whole = _resolve(schema)
    if path and ("properties" not in whole or "examples" in whole):
        yield path, whole
        return
    for name, inner in whole["properties"].items():
        yield from _walk(inner, (*path, name))


def _resolve(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema with what it refers to; its own words win."""
    reference = schema.get("$ref", "")
    return {**SCHEMA["definitions"][reference.rpartition("/")[2]], **schema} if reference else schema


def _name_type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " ".join(code(choice) for choice in schema["enum"])
    kinds = schema["type"]
    name = kinds if isinstance(kinds, str) else " or ".join(kinds)
    bounds = [f"{word} {schema[key]}" for word, key in (("from", "minimum"), ("to", "maximum")) if key in schema]
    return " ".join([name, *bounds])


def _show_default(defaults: Any, path: tuple[str, ...]) -> str:
    for name in path:
        if name not in defaults:
            return ""
        defaults = defaults[name]
    return code(json.dumps(defaults))
