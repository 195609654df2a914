from __future__ import annotations

from dixi_operator.cli.doctor.result import Verdict
from dixi_operator.cli.doctor.rights import LIST_INSTALLS, NEEDS, check_access, check_pod_security
from tests.unit.operator.cli.doctor.clusters import with_facts


def test_a_right_that_is_missing_is_named_with_the_commands_that_need_it() -> None:
    access = {need: str(need) != "get pods/log" for need in NEEDS}
    result = check_access(with_facts(access=access))
    assert (result.verdict, result.message) == (
        Verdict.WARNING,
        "You may not: get pods/log (for explain and report).",
    )


def test_who_may_not_list_installs_can_do_nothing() -> None:
    access = {need: need != LIST_INSTALLS for need in NEEDS}
    result = check_access(with_facts(access=access))
    assert (result.verdict, "list dixiinstalls.dixi.io" in result.message) == (Verdict.FAILURE, True)


def test_a_namespace_that_lets_other_pods_in_is_named() -> None:
    namespaces = {
        "wall": {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}},
        "hall": {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}},
        "lobby": {"metadata": {}},
        "gone": None,
    }
    result = check_pod_security(with_facts(namespaces=namespaces))
    assert (result.verdict, "hall (privileged), lobby (none)." in result.message) == (Verdict.WARNING, True)
    assert check_pod_security(with_facts(namespaces={"gone": None})).verdict is Verdict.OK
