"""The files of a report, from what was read."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson

from dixi_operator.api.types import Manifest
from dixi_operator.backup.documents import dump_documents
from dixi_operator.cli.doctor.checks import diagnose
from dixi_operator.cli.doctor.facts import Unread
from dixi_operator.cli.doctor.page import draw_diagnoses
from dixi_operator.cli.explain import describe_steps, explain_install
from dixi_operator.cli.happenings import arrange_happenings
from dixi_operator.cli.pages import draw_status
from dixi_operator.cli.report.material import Material, Workload
from dixi_operator.cli.report.redaction import Redactor, list_values
from dixi_operator.cli.screen import write_text

README = """# A report about Dixi on Kubernetes

Made {time} by dixi {version} for {subject}.

- `versions.json`: of this program, the API server and the operator's images
- `doctor.txt`, `doctor.json`: the checks of the cluster
- `install/`: the DixiInstall, its status, what explains it, Events, its objects, pods and the ends of their logs
- `operator/`: the operator's Deployment, Lease, pods and the ends of their logs

Secrets are taken out: every value of a Secret wherever it turned up, variables and keys whose names tell of a secret,
tokens, private keys, and passwords in addresses. Look through the files before you pass them on all the same.

## What could not be read

{unread}
"""


def build_members(material: Material) -> dict[str, bytes]:
    """Every file of the report by its path, secrets redacted."""
    redactor = Redactor(list_values(material.secrets))
    return {path: redactor.redact_known(text).encode() for path, text in sorted(_write(material, redactor))}


def pack(folder: str, members: Mapping[str, bytes], now: datetime) -> bytes:
    """A gzipped tar; the same members give the same bytes, but for the time."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.PAX_FORMAT) as tar:
        for path, content in members.items():
            member = tarfile.TarInfo(f"{folder}/{path}")
            member.size, member.mode, member.mtime = len(content), 0o600, int(now.timestamp())
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _write(material: Material, redactor: Redactor) -> Iterator[tuple[str, str]]:
    diagnoses = diagnose(material.facts)
    yield "README.md", _introduce(material)
    yield "versions.json", _json(_list_versions(material))
    yield "doctor.txt", redactor.redact_text(write_text(draw_diagnoses(diagnoses)))
    yield "doctor.json", _json(redactor.redact_value([diagnosis.describe() for diagnosis in diagnoses]))
    if material.install is not None:
        yield from _write_install(material, material.install, redactor)
        yield from _write_workload("install", material.owned, redactor)
    yield from _write_workload("operator", material.operator, redactor)


def _write_install(material: Material, install: Manifest, redactor: Redactor) -> Iterator[tuple[str, str]]:
    shown = redactor.redact_manifest(install)
    happenings = arrange_happenings(material.events)
    steps = describe_steps(install, explain_install(install, material.causes))
    yield "install/install.yaml", dump_documents([shown])
    yield "install/status.txt", write_text(draw_status(shown))
    yield "install/explain.json", _json(redactor.redact_value(steps))
    yield "install/events.json", _json(redactor.redact_value([item.describe() for item in happenings]))


def _write_workload(folder: str, workload: Workload, redactor: Redactor) -> Iterator[tuple[str, str]]:
    for item in workload.objects:
        path = f"{folder}/objects/{item['kind']}/{item['metadata']['name']}.yaml"
        yield path, dump_documents([redactor.redact_manifest(item)])
    for pod in workload.pods:
        yield f"{folder}/pods/{pod['metadata']['name']}.yaml", dump_documents([redactor.redact_manifest(pod)])
    for path, text in workload.logs.items():
        yield f"{folder}/logs/{path}", redactor.redact_text(text)


def _introduce(material: Material) -> str:
    subject = (
        f"DixiInstall {material.install['metadata']['name']}" if material.install else "a cluster without installs"
    )
    unread = "\n".join(f"- {sentence}" for sentence in material.unread) or "Everything was read."
    return README.format(time=material.now.isoformat(), version=material.version, subject=subject, unread=unread)


def _list_versions(material: Material) -> dict[str, Any]:
    operators, server = material.facts.operators, material.facts.version
    images = [] if isinstance(operators, Unread) else [
        container["image"] for item in operators for container in item["spec"]["template"]["spec"]["containers"]
    ]  # fmt: skip
    spec = (material.install or {}).get("spec") or {}
    return {
        "dixi": material.version,
        "apiServer": None if isinstance(server, Unread) else server,
        "operatorImages": images,
        "install": spec.get("version"),
        "time": material.now.isoformat(),
    }


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n"
