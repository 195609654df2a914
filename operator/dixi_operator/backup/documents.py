"""Writes Kubernetes objects as YAML that every reader understands alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

import yaml

from dixi_operator.api.types import Manifest

# PyYAML follows YAML 1.1 loosely: it leaves these strings bare, and the Go library behind kubectl reads numbers
# (1e3, 0o7) and booleans (y) in them.
_AMBIGUOUS = re.compile(r"[-+.]?[0-9].*|[yYnN]")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        """Write shared parts out instead of naming them by anchors, which people cannot edit one by one."""
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=_choose_style(text))


def _choose_style(text: str) -> str | None:
    if not text.replace("\n", "").isprintable():
        return '"'  # the only style with escapes; PyYAML loses other line breaks (U+0085, U+2028) in the others
    if "\n" in text:
        return "|"
    return "'" if _AMBIGUOUS.fullmatch(text) else None


_Dumper.add_representer(str, _represent_text)
_Dumper.add_multi_representer(str, _represent_text)  # members of enumerations


def dump_documents(manifests: Iterable[Manifest]) -> str:
    """Write a YAML stream of ``manifests``, keys in their order."""
    text: str = yaml.dump_all(
        manifests, Dumper=_Dumper, sort_keys=False, allow_unicode=True, explicit_start=True, width=120
    )
    return text
