"""The checks of a cluster, in the order in which a person would make them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dixi_operator.cli.doctor.control import (
    check_api_version,
    check_clock,
    check_crd,
    check_leader,
    check_operator,
)
from dixi_operator.cli.doctor.facts import ClusterFacts
from dixi_operator.cli.doctor.ground import (
    check_dns,
    check_gpus,
    check_metrics,
    check_network_policies,
    check_nodes,
    check_prometheus,
    check_storage,
)
from dixi_operator.cli.doctor.result import Diagnosis, Result, Verdict
from dixi_operator.cli.doctor.rights import check_access, check_pod_security
from dixi_operator.cli.doctor.sizing import check_room

Check = Callable[[ClusterFacts], Result]

CHECKS: Sequence[tuple[str, Check]] = (
    ("api-version", check_api_version),
    ("clock", check_clock),
    ("access", check_access),
    ("crd", check_crd),
    ("operator", check_operator),
    ("leader", check_leader),
    ("nodes", check_nodes),
    ("room", check_room),
    ("storage", check_storage),
    ("dns", check_dns),
    ("metrics", check_metrics),
    ("prometheus", check_prometheus),
    ("gpus", check_gpus),
    ("network-policies", check_network_policies),
    ("pod-security", check_pod_security),
)


def diagnose(facts: ClusterFacts) -> list[Diagnosis]:
    """Run every check."""
    results = ((name, check(facts)) for name, check in CHECKS)
    return [Diagnosis(name, result.verdict, result.message, result.advice) for name, result in results]


def is_fit(diagnoses: Sequence[Diagnosis]) -> bool:
    """Whether nothing failed."""
    return all(diagnosis.verdict is not Verdict.FAILURE for diagnosis in diagnoses)
