"""Volumes that pods wait for."""

from __future__ import annotations

from collections.abc import Iterator

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.evidence import Evidence, Scene, find_events, read_condition

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_SELECTED_NODE = "volume.kubernetes.io/selected-node"
_ABOUT_VOLUMES = ("persistentvolumeclaim", "persistent volume", "storageclass")


def check_volume(scene: Scene) -> Cause | None:
    """Have the pods the volumes that they mount?

    A claim whose class waits for the first consumer is not to blame as long as no pod was given a node.
    """
    for claim, verdict in _list_pending(scene):
        what = _describe(scene.evidence, claim, verdict)
        if what is None:
            continue
        name = claim["metadata"]["name"]
        return Cause(
            check="volume",
            component=scene.component,
            reason=Reason.VOLUME_PENDING,
            object=f"PersistentVolumeClaim {name}",
            message=f"{scene.label}: PersistentVolumeClaim {name} has no volume: {what}",
            advice="Make the StorageClass or its provisioner work, or name another class in "
            f"spec.{scene.component}.storage.className and delete the claim: "
            f"kubectl -n {scene.evidence.namespace} describe pvc {name}",
            since=claim["metadata"].get("creationTimestamp") or "",
            quote=_find_quote(scene.evidence, claim) or verdict,
        )
    return None


def _list_pending(scene: Scene) -> Iterator[tuple[Manifest, str]]:
    """The claims without a volume that a pod mounts, and what the scheduler says of volumes, if anything."""
    for pod in scene.pods:
        scheduled = read_condition(pod, "PodScheduled")
        verdict = str(scheduled.get("message", "")) if scheduled.get("status") == "False" else ""
        is_placed = scheduled.get("status") == "True"
        if is_placed or (verdict and not any(word in verdict.lower() for word in _ABOUT_VOLUMES)):
            continue
        mounted = {
            (volume.get("persistentVolumeClaim") or {}).get("claimName")
            for volume in (pod.get("spec") or {}).get("volumes") or ()
        }
        for claim in scene.evidence.claims:
            if claim["metadata"]["name"] in mounted and (claim.get("status") or {}).get("phase") != "Bound":
                yield claim, verdict


def _describe(evidence: Evidence, claim: Manifest, verdict: str) -> str | None:
    """Why the claim has no volume; None when nothing is wrong yet."""
    if (claim.get("status") or {}).get("phase") == "Lost":
        return "the one that it had is gone"
    classes = evidence.storage_classes
    name = _find_class(evidence, claim)
    if not name:
        return None if classes is None else "it names no StorageClass, and the cluster has no default one"
    if classes is None:
        return f"StorageClass {name} has given none"
    found = next((item for item in classes if item["metadata"]["name"] == name), None)
    if found is None:
        return f"the cluster has no StorageClass {name}"
    if "available persistent volumes" in verdict:
        return f"no node has a free one of StorageClass {name}"
    waits = found.get("volumeBindingMode") == "WaitForFirstConsumer"
    if waits and _SELECTED_NODE not in (claim["metadata"].get("annotations") or {}):
        return None
    provisioner = found.get("provisioner")
    return f"StorageClass {name} has given none" + (f"; its provisioner is {provisioner}" if provisioner else "")


def _find_class(evidence: Evidence, claim: Manifest) -> str:
    name = (claim.get("spec") or {}).get("storageClassName")
    if name is not None:
        return str(name)
    defaults = (
        item["metadata"]["name"]
        for item in evidence.storage_classes or ()
        if (item["metadata"].get("annotations") or {}).get(DEFAULT_CLASS) == "true"
    )
    return next(defaults, "")


def _find_quote(evidence: Evidence, claim: Manifest) -> str:
    events = find_events(evidence, claim, "ProvisioningFailed", "FailedBinding", "ExternalProvisioning")
    return next((str(event.get("note", "")) for event in events), "")
