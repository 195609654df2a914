"""What the operator would send for one object that exists."""

from __future__ import annotations

from dixi_operator.api.drift import DriftPolicy, DriftSpec
from dixi_operator.api.names import LABEL_MANAGED_BY, MANAGED_BY
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.kinds import find_kind
from dixi_operator.cluster.sightings import digest, see
from dixi_operator.drift.fields import find_lost
from dixi_operator.drift.paths import remove
from dixi_operator.drift.policy import pick_paths
from dixi_operator.drift.report import list_changed


def reduce_manifest(manifest: Manifest, live: Manifest, drift: DriftSpec) -> Manifest:
    """``manifest`` without what ``spec.drift`` leaves to others, and with the replicas that an autoscaler has set."""
    seen = see(find_kind(manifest["apiVersion"], manifest["kind"]), live)
    if seen.owned is None:
        return manifest
    lost = find_lost(manifest, seen.owned.fields)
    tolerated = pick_paths(drift, manifest, lost, DriftPolicy.REPORT, DriftPolicy.IGNORE)
    withheld = list_changed(live, tolerated) if seen.applied != digest(manifest) else tolerated
    reduced = remove(manifest, withheld)
    handed_over = "f:replicas" in seen.owned.fields.get("f:spec", {}) and "replicas" not in manifest.get("spec", {})
    if manifest["kind"] == "Deployment" and handed_over:
        reduced = {**reduced, "spec": {**reduced["spec"], "replicas": live["spec"]["replicas"]}}
    return reduced


def complement_secret(manifest: Manifest, live: Manifest) -> Manifest | None:
    """What is sent for a Secret whose values are made once: the keys it lacks, and our labels unless it is a user's.

    None when that is nothing.
    """
    present = live.get("data") or {}
    missing = {key: value for key, value in manifest.get("stringData", {}).items() if key not in present}
    ours = (live["metadata"].get("labels") or {}).get(LABEL_MANAGED_BY) == MANAGED_BY
    if not ours and not missing:
        return None
    metadata = manifest["metadata"] if ours else {key: manifest["metadata"][key] for key in ("name", "namespace")}
    wanted = {"apiVersion": manifest["apiVersion"], "kind": manifest["kind"], "metadata": metadata}
    return {**wanted, "stringData": missing} if missing else wanted
