"""From a document with DixiInstalls to the objects they consist of, without a cluster."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from dixi_operator.api.checks import check_spec, explain_validation, read_install
from dixi_operator.api.findings import Finding
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import API_VERSION, CUSTOM_METRICS_KIND, KIND, METRICS_KIND, SERVICE_MONITOR_KIND
from dixi_operator.api.types import Manifest
from dixi_operator.cli.exits import CliError
from dixi_operator.components.context import Context, Images, Minted, read_images, resolve_images
from dixi_operator.components.template_guard import check_pod_templates
from dixi_operator.facts import Facts, StorageClass
from dixi_operator.minting import mint
from dixi_operator.plan import build_plan
from dixi_operator.settings import OperatorSettings

ASSUMED = Facts(
    kinds=frozenset({SERVICE_MONITOR_KIND, METRICS_KIND, CUSTOM_METRICS_KIND}),
    storage_classes=(StorageClass("standard", default=True),),
)
"""The cluster that offline rendering has in mind."""


@dataclass(frozen=True)
class Rendering:
    """Rendered objects."""

    objects: tuple[Manifest, ...]
    """What is written, in the order in which it can be applied."""

    left_out: tuple[str, ...]
    """What was not written because its values are made once, as kind and name."""


def render_file(path: Path, *, with_secrets: bool) -> Rendering:
    """Render every DixiInstall in a file (``-``: standard input); CliError names what is wrong in it."""
    defaults = read_images(OperatorSettings())
    return render_installs(read_installs(path), defaults, mint(), with_secrets=with_secrets)


def read_installs(path: Path) -> list[DixiInstall]:
    """Read every DixiInstall of a file (``-``: standard input); CliError names what is wrong in it."""
    return load_installs(_read(path), str(path))


def render_installs(installs: list[DixiInstall], defaults: Images, minted: Minted, *, with_secrets: bool) -> Rendering:
    """Render ``installs``; what is created once is left out unless ``with_secrets``."""
    items = [
        item
        for install in installs
        for item in build_plan(
            Context(install=install, facts=ASSUMED, images=resolve_images(install.spec, defaults), minted=minted)
        ).items
    ]
    written = tuple(item.manifest for item in items if with_secrets or not item.create_only)
    left_out = [item.manifest for item in items if item.create_only and not with_secrets]
    names = tuple(f"{manifest['kind']} {manifest['metadata']['name']}" for manifest in left_out)
    return Rendering(objects=written, left_out=names)


def load_installs(text: str, source: str) -> list[DixiInstall]:
    """Read the DixiInstalls of a YAML stream; CliError says what is wrong, with ``source`` and the field."""
    try:
        documents = [document for document in yaml.safe_load_all(text) if document is not None]
    except yaml.YAMLError as error:
        raise CliError(f"{source} is not YAML: {' '.join(str(error).split())}.") from error
    installs = [_load_install(item, source) for document in documents for item in _unfold(document)]
    if not installs:
        raise CliError(f"{source} holds no {KIND}.")
    return installs


def _unfold(document: Any) -> Iterator[Any]:
    """Give the objects of a ``List``, which is what kubectl writes for several, or the document itself."""
    if isinstance(document, dict) and document.get("kind") == "List" and isinstance(document.get("items"), list):
        yield from document["items"]
    else:
        yield document


def _load_install(document: Any, source: str) -> DixiInstall:
    if not isinstance(document, dict) or (document.get("apiVersion"), document.get("kind")) != (API_VERSION, KIND):
        raise CliError(f"{source} holds {_describe(document)}; expected only {KIND} of {API_VERSION}.")
    try:
        install = read_install(document)
    except ValidationError as error:
        raise CliError(_list_findings(source, explain_validation(error))) from error
    if findings := [*check_spec(install), *check_pod_templates(install, ASSUMED)]:
        raise CliError(_list_findings(source, findings))
    return install


def _list_findings(source: str, findings: list[Finding]) -> str:
    return "\n".join([f"{source} is refused:", *(f"  {finding}" for finding in findings)])


def _describe(document: Manifest | Any) -> str:
    if not isinstance(document, dict):
        return f"a {type(document).__name__}"
    return f"a {document.get('kind', 'document without a kind')} of {document.get('apiVersion', 'no API version')}"


def _read(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text()
    except OSError as error:
        raise CliError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeError as error:
        raise CliError(f"{path} is not UTF-8 text: {error}.") from error
