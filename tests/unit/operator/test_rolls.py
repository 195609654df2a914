"""A change of the specification restarts the pods that read what it changes, and no others."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import AliasChoices, ValidationError
from pydantic_settings import BaseSettings

from dixi_operator.api.checks import check_spec
from dixi_operator.api.names import ANNOTATION_CONFIG_HASH
from dixi_operator.components import backend, frontend, vision
from dixi_operator.components.template_guard import check_pod_templates
from dixi_operator.plan import build_plan
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.frontend.settings import FrontendSettings
from dixi_runtime.vision.settings import VisionSettings
from hack.golden import list_templates
from tests.support.specs import Spec
from tests.unit.operator.api.specs import read_install, specs
from tests.unit.operator.components.contexts import FACTS, place

Manifest = dict[str, Any]
READERS: Mapping[str, type[BaseSettings]] = {
    "Deployment/backend": BackendSettings,
    "Deployment/vision": VisionSettings,
    "Deployment/frontend": FrontendSettings,
}
CONFIG_KEYS = {
    "Deployment/backend": backend.CONFIG_KEYS,
    "Deployment/vision": vision.CONFIG_KEYS,
    "Deployment/frontend": frontend.CONFIG_KEYS,
}

EVERYTHING: Spec = {
    "ai": {
        "visionModel": "any",
        "maxTokens": 100,
        "concurrency": 1,
        "queue": 1,
        "cacheSize": 1,
        "cacheSeconds": 1,
        "gemini": {"keySecret": "any", "model": "any"},
    }
}
"""A specification that sets what otherwise sets no variable."""


def list_variables(settings: type[BaseSettings]) -> set[str]:
    """The environment variables that a role reads."""
    names: set[str] = set()
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        found = alias.choices if isinstance(alias, AliasChoices) else [alias or name]
        names |= {str(variable).upper() for variable in found}
    return names


def build(spec: Spec) -> tuple[dict[str, Manifest], dict[str, str]]:
    """The pod templates by kind and name, and the data of the ConfigMap."""
    manifests = [item.manifest for item in build_plan(place(read_install(spec))).items]
    (config,) = (item["data"] for item in manifests if item["kind"] == "ConfigMap")
    return dict(list_templates(iter(manifests))), config


def see(name: str, template: Manifest, config: Mapping[str, str]) -> Manifest:
    """A template as its program sees it: with the values of the variables that it reads, and without the hash."""
    seen = copy.deepcopy(template)
    seen["metadata"].get("annotations", {}).pop(ANNOTATION_CONFIG_HASH, None)
    for container in seen["spec"]["containers"]:
        container["env"] = [list(_resolve(variable, config)) for variable in container.get("env", [])]
        if container.pop("envFrom", None):
            container["given"] = {key: config[key] for key in config if key in list_variables(READERS[name])}
    return seen


def _resolve(variable: Manifest, config: Mapping[str, str]) -> Iterator[Any]:
    reference = variable.get("valueFrom", {}).get("configMapKeyRef")
    yield variable["name"]
    yield config[reference["key"]] if reference else variable


def list_leaves(spec: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(spec, dict) and spec:
        for key, value in spec.items():
            yield from list_leaves(value, (*path, key))
    elif path:
        yield path


def transplant(spec: Spec, donor: Spec, path: tuple[str, ...]) -> Spec:
    """``spec`` with the one field at ``path`` as in ``donor``."""
    changed = copy.deepcopy(spec)
    target, source = changed, donor
    for key in path[:-1]:
        target, source = target.setdefault(key, {}), source[key]
    target[path[-1]] = source[path[-1]]
    return changed


def is_valid(spec: Spec) -> bool:
    try:
        install = read_install(spec)
    except ValidationError:
        return False  # a field of an object came over without those that it cannot be without
    return not check_spec(install) and not list(check_pod_templates(install, FACTS))


@given(specs, specs, st.data())
def test_pods_restart_exactly_when_what_they_read_has_changed(spec: Spec, donor: Spec, data: st.DataObject) -> None:
    paths = list(list_leaves(donor))
    assume(paths)
    shared = [path for path in paths if path[0] in {"config", "ollama", "redis"}]
    path = data.draw(st.sampled_from(shared or paths) | st.sampled_from(paths))
    assume(path[0] != "backup" or "backup" in spec)
    changed = transplant(spec, donor, path)
    assume(is_valid(spec) and is_valid(changed))
    (before, config), (after, changed_config) = build(spec), build(changed)
    for name in before.keys() & after.keys():
        rolled = before[name] != after[name]
        reads_other = see(name, before[name], config) != see(name, after[name], changed_config)
        assert rolled == reads_other, f"{name} at {'.'.join(path)}"


@pytest.mark.parametrize("name", READERS)
def test_a_role_is_restarted_by_every_setting_that_it_reads_and_no_other(name: str) -> None:
    templates, config = build(EVERYTHING)
    container = templates[name]["spec"]["containers"][0]
    given = set(config) if "envFrom" in container else {variable["name"] for variable in container["env"]}
    assert set(CONFIG_KEYS[name]) == given & config.keys() & list_variables(READERS[name])
