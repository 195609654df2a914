"""What a ``podTemplate`` may not do to the pods that it changes: be found no more, or be less than restricted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dixi_operator.api import names
from dixi_operator.api.findings import Finding
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.components.backend import build_backend
from dixi_operator.components.backup import build_backup_job
from dixi_operator.components.context import Context, Images, Minted
from dixi_operator.components.frontend import build_frontend
from dixi_operator.components.ollama import build_ollama
from dixi_operator.components.pod_security import Fault, as_list, as_object, find_faults
from dixi_operator.components.redis import build_redis
from dixi_operator.components.strategic_merge import MergeError
from dixi_operator.components.vision import build_vision
from dixi_operator.facts import Facts

BUILDERS: Mapping[str, Callable[[Context], Manifest | None]] = {
    names.VISION: build_vision,
    names.BACKEND: build_backend,
    names.FRONTEND: build_frontend,
    names.REDIS: build_redis,
    names.OLLAMA: build_ollama,
    names.BACKUP: build_backup_job,
}
"""The workloads that have a ``podTemplate``, by component."""

_IMAGES = Images(operator="any", runtime="any", redis="any", ollama="any")
_MINTED = Minted(api_key="", jwt_secret="", redis_password="", backup_identity="", backup_recipient="")


@dataclass(frozen=True, slots=True)
class Change:
    """The pod template of a component as it would be, and as ``podTemplate`` makes it."""

    ours: Manifest
    merged: Manifest


Check = Callable[[Change], Iterator[Fault]]


def check_pod_templates(install: DixiInstall, facts: Facts) -> Iterator[Finding]:
    """Every fault of every ``podTemplate``, in the order of :data:`CHECKS`; ``field`` leads into the specification."""
    context = Context(install=install, facts=facts, images=_IMAGES, minted=_MINTED)
    for component, build in BUILDERS.items():
        spec = getattr(install.spec, component)
        if spec is None or spec.pod_template is None:
            continue
        prefix = f"spec.{component}.podTemplate"
        try:
            merged = build(context)
        except MergeError as error:
            yield Finding(Reason.SPEC_INVALID, ".".join((prefix, *error.path)), error.message)
            continue
        ours = build(_without_patch(context, component))
        if ours is None or merged is None:
            continue
        for fault in find_changes(Change(read_template(ours), read_template(merged))):
            yield Finding(Reason.SPEC_INVALID, f"{prefix}.{fault.field}", fault.message)


def find_changes(change: Change) -> list[Fault]:
    """What the change does that it may not: first those of :data:`CHECKS`, then what makes it less than restricted."""
    faults = [fault for check in CHECKS for fault in check(change)]
    return [*faults, *find_faults(change.merged)] if isinstance(change.merged.get("spec"), dict) else faults


def check_shape(change: Change) -> Iterator[Fault]:
    """A template keeps its spec, and of its metadata only what all pods can share may change."""
    for field in ("metadata", "spec"):
        if not isinstance(change.merged.get(field), dict):
            yield Fault(field, "it is an object, and cannot be taken away")
    for field in sorted(as_object(change.merged.get("metadata")).keys() - {"labels", "annotations"}):
        yield Fault(f"metadata.{field}", "only labels and annotations can be changed here")


def check_labels(change: Change) -> Iterator[Fault]:
    """Our labels stay, because Services, policies and the Deployment find the pods by them."""
    yield from _check_kept(change, "labels", change.ours["metadata"]["labels"])


def check_annotations(change: Change) -> Iterator[Fault]:
    """Our annotations stay, because pods follow their configuration by them."""
    yield from _check_kept(change, "annotations", change.ours["metadata"].get("annotations", {}))


def check_service_account(change: Change) -> Iterator[Fault]:
    """Pods run as their own account, because rights are given to it."""
    ours, merged = change.ours["spec"]["serviceAccountName"], as_object(change.merged.get("spec"))
    for field in ("serviceAccountName", "serviceAccount"):
        if merged.get(field, ours) != ours:
            yield Fault(f"spec.{field}", f"it must stay {ours}")
    if "serviceAccountName" not in merged:
        yield Fault("spec.serviceAccountName", f"it must stay {ours}")


def check_containers(change: Change) -> Iterator[Fault]:
    """Our containers stay under their names; further ones may stand beside them."""
    containers = as_list(as_object(change.merged.get("spec")).get("containers"))
    kept = [as_object(container).get("name") for container in containers]
    for container in change.ours["spec"]["containers"]:
        if container["name"] not in kept:
            yield Fault(f"spec.containers[{container['name']}]", "this container must stay, under this name")


CHECKS: tuple[Check, ...] = (check_shape, check_labels, check_annotations, check_service_account, check_containers)


def read_template(workload: Manifest) -> Manifest:
    """The pod template of a Deployment or a CronJob."""
    spec: Manifest = workload["spec"]
    template: Manifest = spec["template"] if "template" in spec else spec["jobTemplate"]["spec"]["template"]
    return template


def _check_kept(change: Change, field: str, ours: Mapping[str, str]) -> Iterator[Fault]:
    merged = as_object(as_object(change.merged.get("metadata")).get(field))
    for name, value in ours.items():
        if merged.get(name) != value:
            yield Fault(f"metadata.{field}[{name}]", f"it must stay {value!r}")


def _without_patch(context: Context, component: str) -> Context:
    install = context.install
    bare = getattr(install.spec, component).model_copy(update={"pod_template": None})
    spec = install.spec.model_copy(update={component: bare})
    return Context(
        install=install.model_copy(update={"spec": spec}),
        facts=context.facts,
        images=context.images,
        minted=context.minted,
    )
