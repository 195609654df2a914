"""Pods that the API server does not let be created: by a quota, or by admission."""

from __future__ import annotations

import pytest

from dixi_operator.api.reasons import Reason
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.creation import read_quota, strip_pod
from tests.unit.operator.health.causes.cluster import SINCE, build_deployment, find_only

FORBIDDEN = 'pods "vision-5d8c-x7k2p" is forbidden: '


def refuse(message: str) -> Cause:
    return find_only(deployment=build_deployment(ReplicaFailure=message))


def test_a_quota_says_what_of_it_is_used_up() -> None:
    message = (
        "exceeded quota: tight, requested: limits.cpu=2,pods=1, used: limits.cpu=1,pods=1, limited: limits.cpu=4,pods=1"
    )
    cause = refuse(FORBIDDEN + message)
    assert (cause.reason, cause.object, cause.since) == (Reason.QUOTA_EXCEEDED, "ResourceQuota tight", SINCE)
    assert cause.message == (
        "Deployment vision: ResourceQuota tight leaves no room for its pods: pods: 1 of 1 used, 1 more wanted"
    )
    assert "kubectl -n dixi describe quota tight" in cause.advice


@pytest.mark.parametrize(
    ("requested", "used", "limited", "told"),
    [
        ("limits.cpu=1500m", "limits.cpu=3", "limits.cpu=4", "limits.cpu: 3 of 4 used, 1500m more wanted"),
        (
            "limits.memory=1Gi",
            "limits.memory=512Mi",
            "limits.memory=1Gi",
            "limits.memory: 512Mi of 1Gi used, 1Gi more wanted",
        ),
        ("pods=1,services=1", "pods=1,services=0", "pods=1,services=9", "pods: 1 of 1 used, 1 more wanted"),
        ("pods=?", "pods=?", "pods=?", "pods: ? of ? used, ? more wanted"),
    ],
)
def test_only_what_does_not_suffice_is_told(requested: str, used: str, limited: str, told: str) -> None:
    message = f"exceeded quota: tight, requested: {requested}, used: {used}, limited: {limited}"
    assert read_quota(message) == ("tight", told)


def test_a_refusal_that_is_about_no_quota_is_told_apart() -> None:
    assert read_quota(FORBIDDEN + "no") is None


def test_what_admission_refuses_is_told_without_the_pods_name() -> None:
    what = 'violates PodSecurity "restricted:latest": runAsNonRoot != true'
    cause = refuse(FORBIDDEN + what)
    assert (cause.reason, cause.message) == (
        Reason.REPLICA_FAILURE,
        f"Deployment vision cannot create pods: {what}",
    )


def test_another_attempt_is_told_in_the_same_words() -> None:
    again = FORBIDDEN.replace("x7k2p", "b4q9w")
    assert strip_pod(FORBIDDEN + "no") == strip_pod(again + "no") == "no"
