"""The CRD is what the types say, in the form that an API server takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from dixi_operator.api.install import InstallSpec
from dixi_operator.api.profiles import PROFILES
from dixi_operator.api.schema import FILE_NAME, FOLDER, build_crd, build_schema, render_crd

FORBIDDEN = {"$ref", "$defs", "definitions", "title", "nullable", "allOf", "oneOf", "not", "const", "additionalItems"}


def walk(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, schema
    for name, inner in schema.get("properties", {}).items():
        yield from walk(inner, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from walk(schema[key], f"{path}[]")


SCHEMAS = dict(walk(build_schema()))
SPEC = {path: schema for path, schema in SCHEMAS.items() if path.startswith(".spec")}


def test_the_committed_file_is_current() -> None:
    assert (FOLDER / FILE_NAME).read_text(encoding="utf-8") == render_crd()


def test_the_file_reads_back_as_what_was_built() -> None:
    assert yaml.safe_load(render_crd()) == build_crd()


@pytest.mark.parametrize("path", SCHEMAS)
def test_every_part_of_the_schema_is_structural(path: str) -> None:
    schema = SCHEMAS[path]
    assert not FORBIDDEN & set(schema)
    assert "type" in schema or schema.get("x-kubernetes-int-or-string")
    assert "anyOf" not in schema or schema.get("x-kubernetes-int-or-string")
    assert schema.get("additionalProperties") is not False
    assert schema.get("type") != "number"


@pytest.mark.parametrize("path", [path for path in SCHEMAS if path not in ("", ".apiVersion", ".kind", ".metadata")])
def test_every_field_is_described(path: str) -> None:
    assert path.endswith("[]") or SCHEMAS[path].get("description")


@pytest.mark.parametrize("path", [path for path, schema in SCHEMAS.items() if schema.get("type") == "array"])
def test_every_list_says_how_writers_share_it(path: str) -> None:
    assert SCHEMAS[path]["x-kubernetes-list-type"] in {"map", "set", "atomic"}


@pytest.mark.parametrize(
    "path", [path for path, schema in SCHEMAS.items() if schema.get("default") and "items" in schema]
)
def test_a_list_that_is_not_empty_by_default_is_replaced_as_a_whole(path: str) -> None:
    assert SCHEMAS[path]["x-kubernetes-list-type"] == "atomic"


@pytest.mark.parametrize("path", [path for path in SPEC if path.count(".") > 1 and not path.endswith("[]")])
def test_every_field_has_a_visible_default_or_says_what_unset_means(path: str) -> None:
    parent, _, name = path.rpartition(".")
    schema = SPEC[path]
    required = name in SPEC.get(parent, {}).get("required", ())
    optional = "Unset" in schema["description"] or parent.startswith((".spec.backup", ".spec.redis"))
    assert "default" in schema or required or optional or path in {".spec.ollama.url"}


def test_defaults_in_the_schema_are_those_of_the_types() -> None:
    def fill(schema: dict[str, Any]) -> Any:
        if schema.get("type") != "object":
            return schema["default"]
        properties = schema.get("properties", {})
        return {name: fill(inner) for name, inner in properties.items() if "default" in inner}

    filled = InstallSpec.model_validate(fill(SCHEMAS[".spec"]))
    assert filled == InstallSpec()


def test_conditions_are_a_map_by_type() -> None:
    conditions = SCHEMAS[".status.conditions"]
    assert conditions["x-kubernetes-list-map-keys"] == ["type"]
    assert set(SCHEMAS[".status.conditions[]"]["required"]) >= {"type", "status", "reason", "lastTransitionTime"}


def test_the_columns_answer_whether_it_is_ready_and_where() -> None:
    columns = build_crd()["spec"]["versions"][0]["additionalPrinterColumns"]
    assert [column["name"].upper() for column in columns] == [
        "READY", "REASON", "VERSION", "VISION", "GATEWAY", "URL", "AGE"
    ]  # fmt: skip


def test_descriptions_name_the_profiles_true_values() -> None:
    values = {name: str(profile.backend_most) for name, profile in PROFILES.items()}
    described = SPEC[".spec.backend.autoscaling.maxReplicas"]["description"]
    assert f"{values['dev']} in profile dev, {values['small']} in small, {values['large']} in large" in described  # type: ignore[index]


@pytest.mark.parametrize(("path", "least", "most"), [(".spec.vision.fps", 1, 60), (".spec.vision.numHands", 1, 2)])
def test_numbers_have_bounds(path: str, least: int, most: int) -> None:
    assert (SPEC[path]["minimum"], SPEC[path]["maximum"]) == (least, most)


OF_A_GPU = ("deviceSelectors", "tolerations[].key", "tolerations[].value")


def test_rules_that_need_two_fields_stand_in_the_schema_with_the_field_to_blame() -> None:
    blamed = {
        f"{path}{rule.get('fieldPath', '')}"
        for path, schema in SCHEMAS.items()
        for rule in schema.get("x-kubernetes-validations", ())
    }
    assert blamed == {
        "",
        ".spec.namespace.name",
        ".spec.backend.autoscaling.minReplicas",
        ".spec.backend.autoscaling.connections",
        ".spec.vision.autoscaling.enabled",
        ".spec.vision.autoscaling.minReplicas",
        ".spec.redis.enabled",
        ".spec.redis.passwordSecret",
        ".spec.redis.storage.className",
        ".spec.ollama.storage.className",
        ".spec.config.readyRequires",
        ".spec.networkPolicy.monitoringNamespaces",
        ".spec.frontend.service.nodePort",
        *(f".spec.{part}.gpu.{name}" for part in ("vision", "ollama") for name in OF_A_GPU),
        ".spec.backup.destination",
        ".spec.backup.destination.volume.className",
        ".spec.backup.credentialsSecret",
    }
