"""The page about the fields of DixiInstall, from the CRD's schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from dixi_operator.api.schema import build_crd
from hack.reference.tables import code, render_table

HEAD = """# DixiInstall

Every field of `kind: DixiInstall`, `apiVersion: dixi.io/v1alpha1`. Made from the types by `make generate`.

"""


def render_fields() -> str:
    """One table for ``spec``, one for ``status``, and the rules across fields."""
    schema = build_crd()["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    page = HEAD
    for part in ("spec", "status"):
        rows = [_describe(path, field) for path, field in _walk(part, schema["properties"][part])]
        page += f"## {part}\n\n" + render_table(["field", "type", "default", "what it is"], rows) + "\n"
    rules = sorted({rule["message"] for rule in _find_rules(schema)})
    return page + "## What the API server refuses beyond types\n\n" + "".join(f"- {rule}\n" for rule in rules)


def _walk(path: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, field in schema.get("properties", {}).items():
        yield f"{path}.{name}", field
        yield from _walk(f"{path}.{name}", field)
        if field.get("type") == "array":
            yield from _walk(f"{path}.{name}[]", field["items"])


def _describe(path: str, field: Mapping[str, Any]) -> tuple[str, str, str, str]:
    default = field.get("default")
    shown = "" if default is None or isinstance(default, dict) else orjson.dumps(default).decode()
    return code(path), _name_type(field), code(shown), field.get("description", "")


def _name_type(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " ".join(code(choice) for choice in field["enum"])
    if field.get("x-kubernetes-int-or-string"):
        return "integer or string"
    bounds = [
        f"{word} {field[key]}" for word, key in (("from", "minimum"), ("to", "maximum")) if field.get(key) is not None
    ]
    kind = str(field.get("type", "any"))
    if kind == "array":
        kind = f"list of {field['items'].get('type', 'any')}"
    return " ".join([kind, *bounds])


def _find_rules(schema: Any) -> Iterator[Mapping[str, str]]:
    if isinstance(schema, dict):
        yield from schema.get("x-kubernetes-validations", ())
        for value in schema.values():
            yield from _find_rules(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _find_rules(value)
