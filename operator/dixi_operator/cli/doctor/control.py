"""Checks of what controls Dixi: the API server, the CRD and the operator."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from dixi_operator.api.names import OPERATOR_NAME, PLURAL, VERSION
from dixi_operator.api.types import Manifest
from dixi_operator.cli.doctor.facts import ClusterFacts, Unread
from dixi_operator.cli.doctor.result import Result, doubt, fail, ok, warn

OLDEST = (1, 29)
"""The first Kubernetes in which rules (CEL) of CRDs are stable; the chart asks for the same."""

SKEW_WARNING, SKEW_FAILURE = 5.0, 60.0
"""Seconds; the Lease of the operator is held for 15, and tokens are refused by clocks a minute apart."""

INSTALL_CHART = "helm install dixi-operator charts/dixi-operator --namespace dixi-system --create-namespace"


def check_api_version(facts: ClusterFacts) -> Result:
    """The API server is new enough."""
    if isinstance(facts.version, Unread):
        return doubt(f"The version could not be read: {facts.version.why}.", "kubectl version tells it.")
    found = re.match(r"v?(\d+)\.(\d+)", facts.version)
    oldest = f"{OLDEST[0]}.{OLDEST[1]}"
    if found is None:
        return doubt(f"{facts.version!r} is no version.", f"Make sure that it is {oldest} or newer.")
    if (int(found[1]), int(found[2])) < OLDEST:
        return fail(f"The API server is {facts.version}; Dixi needs {oldest}.", "Upgrade the cluster.")
    return ok(f"The API server is {facts.version}.")


def check_clock(facts: ClusterFacts) -> Result:
    """The clocks of this machine and of the API server agree."""
    if isinstance(facts.skew, Unread):
        return doubt(f"The API server's time could not be read: {facts.skew.why}.", "Compare the clocks by hand.")
    seconds = abs(facts.skew)
    sentence = f"The clocks of this machine and of the API server are {seconds:.0f} s apart."
    advice = "Have both follow a time server (NTP)."
    if seconds >= SKEW_FAILURE:
        return fail(sentence, advice)
    return warn(sentence, advice) if seconds >= SKEW_WARNING else ok("The clocks agree.")


def check_crd(facts: ClusterFacts) -> Result:
    """The API server serves DixiInstall with the fields that this program knows."""
    if isinstance(facts.crd, Unread):
        return doubt(f"The CRD could not be read: {facts.crd.why}.", f"Ask for the right to get the CRD of {PLURAL}.")
    if facts.crd is None:
        return fail(f"The cluster has no CRD of {PLURAL}.", f"Install the operator: {INSTALL_CHART}")
    version = next((item for item in facts.crd["spec"]["versions"] if item["name"] == VERSION), None)
    if version is None or not version.get("served") or not _is_established(facts.crd):
        return fail(f"The CRD does not serve {VERSION}.", "kubectl describe crd dixiinstalls.dixi.io says why.")
    if version["schema"]["openAPIV3Schema"] != facts.schema:
        advice = "Upgrade the operator's chart, or use the dixi of the operator's version."
        return warn("The CRD has other fields than this program knows.", advice)
    return ok(f"The CRD of {PLURAL} is served, with the fields that this program knows.")


def check_operator(facts: ClusterFacts) -> Result:
    """The operator runs."""
    if isinstance(facts.operators, Unread):
        return doubt(f"Deployments could not be listed: {facts.operators.why}.", "Ask for the right to list them.")
    if not facts.operators:
        if not isinstance(facts.leases, Unread) and any(_is_fresh(lease, facts.now) for lease in facts.leases):
            return ok("The operator runs outside the cluster: it holds a Lease, and there is no Deployment of it.")
        return fail("There is no operator.", f"Install it: {INSTALL_CHART}")
    deployment = facts.operators[0]
    namespace = deployment["metadata"]["namespace"]
    if len(facts.operators) > 1:
        places = ", ".join(sorted(item["metadata"]["namespace"] for item in facts.operators))
        return fail(f"There are several operators, in {places}.", "Uninstall all but one.")
    ready, wanted = deployment.get("status", {}).get("readyReplicas", 0), deployment["spec"].get("replicas", 1)
    sentence = f"{ready} of {wanted} replicas of the operator in {namespace} are ready."
    advice = f"kubectl -n {namespace} describe pods -l app.kubernetes.io/name={OPERATOR_NAME}"
    if not ready:
        return fail(sentence, advice)
    return warn(sentence, advice) if ready < wanted else ok(sentence)


def check_leader(facts: ClusterFacts) -> Result:
    """A replica of the operator leads, and has said so lately."""
    if isinstance(facts.leases, Unread):
        return doubt(f"Leases could not be listed: {facts.leases.why}.", "Ask for the right to list them.")
    if not facts.leases:
        return fail(f"There is no Lease {OPERATOR_NAME}.", "The operator's log says why it could not make one.")
    for lease in facts.leases:
        if _is_fresh(lease, facts.now):
            return ok(f"{lease['spec']['holderIdentity']} leads, in {lease['metadata']['namespace']}.")
    namespace = facts.leases[0]["metadata"]["namespace"]
    advice = f"kubectl -n {namespace} logs deployment/{OPERATOR_NAME} says what the operator waits for."
    return fail("No replica of the operator leads: the Lease has run out or was given back.", advice)


def _is_fresh(lease: Manifest, now: datetime) -> bool:
    spec = lease.get("spec") or {}
    renewed, seconds = spec.get("renewTime"), spec.get("leaseDurationSeconds")
    if not (spec.get("holderIdentity") and renewed and seconds):
        return False
    return now <= datetime.fromisoformat(renewed) + timedelta(seconds=seconds)


def _is_established(crd: Manifest) -> bool:
    conditions = crd.get("status", {}).get("conditions") or ()
    return any(item["type"] == "Established" and item["status"] == "True" for item in conditions)
