from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dixi_operator.cli.doctor.control import (
    OLDEST,
    check_api_version,
    check_clock,
    check_crd,
    check_leader,
    check_operator,
)
from dixi_operator.cli.doctor.result import Verdict
from tests.unit.operator.cli.doctor.clusters import make_crd, make_lease, make_operator, with_facts

CHART = Path(__file__).parents[5] / "charts" / "dixi-operator" / "Chart.yaml"


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        ("v1.28.9", Verdict.FAILURE),
        ("v1.29.0", Verdict.OK),
        ("v1.37.2+k3s1", Verdict.OK),
        ("v2.0.0", Verdict.OK),
        ("tip", Verdict.UNKNOWN),
    ],
)
def test_an_api_server_must_be_new_enough(version: str, verdict: Verdict) -> None:
    assert check_api_version(with_facts(version=version)).verdict is verdict


def test_the_doctor_asks_for_the_version_that_the_chart_asks_for() -> None:
    assert yaml.safe_load(CHART.read_text())["kubeVersion"] == f">={OLDEST[0]}.{OLDEST[1]}.0-0"


@pytest.mark.parametrize(
    ("skew", "verdict"),
    [(-1.2, Verdict.OK), (5.0, Verdict.WARNING), (-59.0, Verdict.WARNING), (-60.0, Verdict.FAILURE)],
)
def test_clocks_may_differ_by_seconds_and_not_by_a_minute(skew: float, verdict: Verdict) -> None:
    assert check_clock(with_facts(skew=skew)).verdict is verdict


def test_a_crd_of_another_release_is_worth_a_warning() -> None:
    other = make_crd()
    other["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"].pop("vision")
    assert check_crd(with_facts(crd=other)).verdict is Verdict.WARNING


def test_a_crd_that_is_not_served_fails() -> None:
    unserved, fresh = make_crd(), {**make_crd(), "status": {}}
    unserved["spec"]["versions"][0]["served"] = False
    assert check_crd(with_facts(crd=unserved)).verdict is Verdict.FAILURE
    assert check_crd(with_facts(crd=fresh)).verdict is Verdict.FAILURE
    assert check_crd(with_facts(crd=None)).verdict is Verdict.FAILURE


def test_an_operator_with_one_of_two_replicas_works_and_with_none_does_not() -> None:
    assert check_operator(with_facts(operators=[make_operator(ready=1)])).verdict is Verdict.WARNING
    result = check_operator(with_facts(operators=[make_operator(ready=0)]))
    assert (result.verdict, result.message) == (
        Verdict.FAILURE,
        "0 of 2 replicas of the operator in dixi-system are ready.",
    )


def test_two_operators_are_one_too_many() -> None:
    result = check_operator(with_facts(operators=[make_operator(), make_operator(namespace="other")]))
    assert (result.verdict, "in dixi-system, other" in result.message) == (Verdict.FAILURE, True)


def test_an_operator_outside_the_cluster_is_known_by_its_lease() -> None:
    assert check_operator(with_facts(operators=[])).verdict is Verdict.OK
    assert check_operator(with_facts(operators=[], leases=[])).verdict is Verdict.FAILURE


def test_a_lease_counts_until_it_has_run_out_or_was_given_back() -> None:
    assert check_leader(with_facts()).message == "operator-1 leads, in dixi-system."
    stale, free = make_lease("2026-11-25T11:59:54.000000Z"), make_lease(holder=None)
    assert check_leader(with_facts(leases=[stale])).verdict is Verdict.FAILURE
    assert check_leader(with_facts(leases=[free])).verdict is Verdict.FAILURE
    assert check_leader(with_facts(leases=[stale, make_lease()])).verdict is Verdict.OK
    assert check_leader(with_facts(leases=[{"metadata": {"namespace": "x"}}])).verdict is Verdict.FAILURE
