"""What is done about which field."""

from __future__ import annotations

from collections.abc import Iterable

from dixi_operator.api.drift import DriftPolicy, DriftRule, DriftSpec
from dixi_operator.api.types import Manifest
from dixi_operator.drift.paths import Path, is_within, parse_path


def choose_policy(spec: DriftSpec, manifest: Manifest, path: Path) -> DriftPolicy:
    """What ``spec`` says about a field of ``manifest``: what the first rule that names it says, else the default."""
    for rule in spec.rules:
        if _is_about(rule, manifest) and any(is_within(path, parse_path(pointer)) for pointer in rule.paths):
            return rule.policy
    return spec.policy


def pick_paths(spec: DriftSpec, manifest: Manifest, paths: Iterable[Path], *policies: DriftPolicy) -> tuple[Path, ...]:
    """The paths about which ``spec`` says one of ``policies``."""
    return tuple(path for path in paths if choose_policy(spec, manifest, path) in policies)


def _is_about(rule: DriftRule, manifest: Manifest) -> bool:
    return rule.kind == manifest["kind"] and rule.name in {None, manifest["metadata"]["name"]}
