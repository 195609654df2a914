"""The CustomResourceDefinition, generated from the types.

``python -m dixi_operator.api.schema`` writes ``crds/``. What comes out is a structural schema: no references, no
``nullable`` and every default visible
(https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from dixi_operator.api import names
from dixi_operator.api.install import DixiInstall, InstallSpec
from dixi_operator.api.status import InstallStatus
from dixi_operator.api.types import Manifest

Schema: TypeAlias = dict[str, Any]

FILE_NAME = f"{names.GROUP}_{names.PLURAL}.yaml"
FOLDER = Path(__file__).resolve().parents[3] / "crds"
LOG = logging.getLogger(__name__)

_DROPPED = frozenset({"title", "$defs", "$ref", "additionalProperties", "const"})
_COLUMNS = (
    ("Ready", "string", '.status.conditions[?(@.type=="Ready")].status', "Whether the gateway serves."),
    ("Reason", "string", '.status.conditions[?(@.type=="Ready")].reason', "Why, as one word."),
    ("Version", "string", ".spec.version", "Version of Dixi."),
    ("Vision", "string", ".status.vision", "Ready and wanted replicas of vision, and what it computes on."),
    ("Gateway", "string", ".status.gateway", "Ready and wanted replicas of the backend, and whether it serves."),
    ("URL", "string", ".status.endpoint", "Where the projector page is."),
    ("Age", "date", ".metadata.creationTimestamp", "How long ago the install was made."),
)


def build_crd() -> Manifest:
    """The CustomResourceDefinition of ``DixiInstall``."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{names.PLURAL}.{names.GROUP}", "labels": {names.LABEL_PART_OF: names.PRODUCT}},
        "spec": {
            "group": names.GROUP,
            "scope": "Cluster",
            "names": {
                "kind": names.KIND,
                "listKind": f"{names.KIND}List",
                "plural": names.PLURAL,
                "singular": names.SINGULAR,
                "shortNames": [names.SHORT_NAME],
            },
            "versions": [
                {
                    "name": names.VERSION,
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": build_schema()},
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": [_build_column(*column) for column in _COLUMNS],
                }
            ],
        },
    }


def build_schema() -> Schema:
    """The schema of the whole resource."""
    root = DixiInstall.model_json_schema()
    return {
        "type": "object",
        "description": root["description"],
        **{key: value for key, value in root.items() if key.startswith("x-kubernetes-")},
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": _convert_model(InstallSpec),
            "status": _drop_defaults(_convert_model(InstallStatus)),
        },
    }


def render_crd() -> str:
    """The CustomResourceDefinition as YAML, always the same text for the same types."""
    return yaml.safe_dump(build_crd(), sort_keys=False, width=120, allow_unicode=True)


def _build_column(name: str, kind: str, path: str, description: str) -> Schema:
    return {"name": name, "type": kind, "jsonPath": path, "description": description}


def _convert_model(model: type[InstallSpec | InstallStatus]) -> Schema:
    schema = model.model_json_schema()
    return _convert(schema, schema.get("$defs", {}))


def _convert(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """A structural schema from one that pydantic made."""
    if (reference := schema.get("$ref")) is not None:
        schema = {**definitions[reference.rsplit("/", 1)[-1]], **schema}
    if "anyOf" in schema and not schema.get("x-kubernetes-int-or-string"):
        # An optional field; Kubernetes drops null before it validates, so that absent is the only other form.
        (only,) = (branch for branch in schema["anyOf"] if branch.get("type") != "null")
        inner = _convert(only, definitions)
        return {**inner, **_keep(schema, without={"anyOf", "default"})}
    result = _keep(schema)
    if "properties" in schema:
        required = frozenset(schema.get("required", ()))
        result["properties"] = {
            name: _convert_property(value, definitions, required=name in required)
            for name, value in schema["properties"].items()
        }
    elif isinstance(schema.get("additionalProperties"), dict):
        result["additionalProperties"] = _convert(schema["additionalProperties"], definitions)
    if "items" in schema:
        result["items"] = _convert(schema["items"], definitions)
    return result


def _convert_property(schema: Schema, definitions: Mapping[str, Schema], *, required: bool) -> Schema:
    result = _convert(schema, definitions)
    is_optional = "anyOf" in schema and not schema.get("x-kubernetes-int-or-string")
    if result.get("type") == "object" and "default" not in result and not required and not is_optional:
        return {**result, "default": {}}
    return result


def _keep(schema: Schema, *, without: frozenset[str] | set[str] = frozenset()) -> Schema:
    return {key: value for key, value in schema.items() if key not in _DROPPED and key not in without}


def _drop_defaults(schema: Schema) -> Schema:
    """The status has no defaults: what is absent has not been looked at yet."""
    return {
        key: {name: _drop_defaults(value) for name, value in content.items()}
        if key == "properties"
        else _drop_defaults(content)
        if isinstance(content, dict)
        else content
        for key, content in schema.items()
        if key != "default"
    }


def main() -> None:
    """Write the CustomResourceDefinition to ``crds/``."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / FILE_NAME
    path.write_text(render_crd(), encoding="utf-8")
    LOG.info("wrote %s", path)


if __name__ == "__main__":
    main()
