from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.cli.advice import ADVICE
from dixi_operator.cli.explain import Step, describe_steps, explain_install, find_blocker, find_warnings
from dixi_operator.cli.explanation import draw_explanation
from dixi_operator.cli.pages import draw_status
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.find import CAUSES
from tests.unit.operator.cli.installs import READY, SINCE, STALLED, WAITING, build_condition, build_install

garbage = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["conditions", "type", "status", "components", "observedGeneration", "name"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=16,
)


def find_cause(install: Manifest) -> Step:
    blocker = find_blocker(explain_install(install))
    assert blocker is not None
    return blocker


def test_nothing_blocks_an_install_that_is_ready() -> None:
    steps = explain_install(READY)
    assert find_blocker(steps) is None
    assert [step.check for step in steps] == [
        "observed",
        "suspended",
        "Stalled",
        "VisionReady",
        "BackendReady",
        "Ready",
    ]


def test_the_component_that_others_wait_for_is_the_cause() -> None:
    cause = find_cause(WAITING)
    assert (cause.check, cause.reason, cause.since) == ("VisionReady", "RolloutStuck", SINCE)
    assert "kubectl describe pod" in cause.advice


def test_what_ready_itself_names_is_the_cause_though_components_fail_too() -> None:
    cause = find_cause(
        build_install(
            build_condition("Ready", "False", "NoStorageClass", "There is no default StorageClass."),
            build_condition("RedisReady", "False", "VolumePending"),
        )
    )
    assert (cause.check, cause.reason) == ("Ready", "NoStorageClass")


def test_a_component_that_ready_waits_for_is_the_cause_though_another_fails_before_it() -> None:
    cause = find_cause(
        build_install(
            build_condition("Ready", "False", "WaitingForVision"),
            build_condition("OllamaReady", "False", "RolloutInProgress"),
            build_condition("VisionReady", "False", "RolloutStuck"),
        )
    )
    assert cause.check == "VisionReady"


def test_a_specification_that_cannot_be_carried_out_is_the_cause_whatever_else_is_wrong() -> None:
    cause = find_cause(STALLED)
    assert (cause.check, cause.message) == ("Stalled", "spec.vision.fps: no.")


def test_an_install_that_no_operator_has_seen_says_so() -> None:
    cause = find_cause({"metadata": {"name": "wall", "generation": 1}, "spec": {}})
    assert (cause.check, cause.reason) == ("observed", "NotObserved")
    assert "whether the operator runs" in cause.advice


def test_an_edit_that_the_operator_has_not_seen_comes_before_what_the_status_says() -> None:
    cause = find_cause(build_install(build_condition("Ready", "True", "Ready"), observed=2))
    assert cause.message == "The operator has seen generation 2 of the specification; the newest is 3."


def test_a_suspended_install_says_how_to_go_on() -> None:
    cause = find_cause(build_install(build_condition("Ready", "False", "Suspended"), suspend=True))
    assert cause.check == "suspended"
    assert cause.advice == """kubectl patch dixi wall --type merge -p '{"spec":{"suspend":false}}'"""


def test_a_status_without_ready_is_not_ready() -> None:
    assert find_cause(build_install()).check == "Ready"


def test_every_reason_but_those_of_health_has_advice() -> None:
    assert ADVICE.keys() == set(Reason)
    assert {reason for reason, advice in ADVICE.items() if not advice} == {Reason.READY, Reason.HEALTHY}


def test_a_reason_of_a_newer_operator_is_shown_all_the_same() -> None:
    cause = find_cause(build_install(build_condition("VisionReady", "False", "FromTheFuture", "why")))
    assert (cause.reason, cause.message) == ("FromTheFuture", "why")
    assert "unknown to this version" in cause.advice


def test_the_explanation_as_json_names_the_blocker_first() -> None:
    described = describe_steps(WAITING, explain_install(WAITING))
    assert list(described) == ["install", "blocker", "warnings", "unread", "steps"]
    assert described["blocker"]["check"] == "VisionReady"
    assert describe_steps(READY, explain_install(READY))["blocker"] is None


def build_cause(reason: Reason = Reason.IMAGE_PULL_FAILED, component: str = "vision", *, blocks: bool = True) -> Cause:
    return Cause(
        check="image",
        component=component,
        reason=reason,
        object=f"Deployment {component}",
        message=f"Deployment {component}: image x cannot be pulled",
        advice="Check the name.",
        since=SINCE,
        quote="not found",
        blocks=blocks,
    )


def test_what_is_seen_in_the_cluster_comes_before_what_the_status_says() -> None:
    steps = explain_install(WAITING, [build_cause(), build_cause(component="frontend")])
    blocker = find_blocker(steps)
    assert blocker is not None
    assert (blocker.check, blocker.reason, blocker.object) == ("vision image", "ImagePullFailed", "Deployment vision")
    assert (blocker.quote, blocker.since, blocker.advice) == ("not found", SINCE, "Check the name.")
    assert [step.check for step in steps if step.seen] == ["vision image", "frontend image"]


@pytest.mark.parametrize("reason", sorted(CAUSES))
def test_a_cause_that_the_status_names_too_is_told_as_it_is_now(reason: Reason) -> None:
    install = build_install(build_condition("Ready", "False", reason, "as it was"))
    blocker = find_blocker(explain_install(install, [build_cause(reason)]))
    assert blocker is not None
    assert blocker.message == "Deployment vision: image x cannot be pulled"
    assert find_cause(install).message == "as it was"


def test_what_keeps_the_operator_from_trying_comes_before_what_is_seen_of_older_pods() -> None:
    blocked = build_install(build_condition("Ready", "False", "NoStorageClass", "There is none."))
    for install, check in ((blocked, "Ready"), (STALLED, "Stalled"), (build_install(observed=2), "observed")):
        blocker = find_blocker(explain_install(install, [build_cause()]))
        assert blocker is not None
        assert blocker.check == check


def test_what_does_not_block_is_a_warning() -> None:
    scaling = build_cause(Reason.METRICS_UNAVAILABLE, blocks=False)
    for install, expected in ((READY, None), (WAITING, "VisionReady")):
        steps = explain_install(install, [scaling])
        blocker = find_blocker(steps)
        assert (blocker.check if blocker else None) == expected
        assert [step.reason for step in find_warnings(steps)] == ["MetricsUnavailable"]


def test_what_could_not_be_read_is_said_in_json_too() -> None:
    described = describe_steps(WAITING, explain_install(WAITING, [build_cause()]), ["may not list pods"])
    assert described["unread"] == ["may not list pods"]
    assert described["blocker"]["object"] == "Deployment vision"
    assert described["warnings"] == []


@given(garbage)
def test_garbage_in_the_status_is_read_as_far_as_it_makes_sense(status: Any) -> None:
    install = {"metadata": {"name": "wall", "generation": 1}, "spec": status, "status": status}
    steps = explain_install(install)
    assert find_blocker(steps) is not None or any(step.check == "Ready" for step in steps)
    draw_status(install)
    draw_explanation(install, steps)


@pytest.mark.parametrize(("ready", "warned"), [("True", ["GpuAllocated"]), ("False", [])])
def test_what_a_ready_install_lacks_is_a_warning_and_not_what_blocks_it(ready: str, warned: list[str]) -> None:
    install = build_install(
        build_condition("Ready", ready, "Ready"), build_condition("GpuAllocated", "False", "GpusTaken")
    )
    steps = explain_install(install)
    assert [step.check for step in find_warnings(steps)] == warned
    blocker = find_blocker(steps)
    assert (blocker.check if blocker else None) == (None if ready == "True" else "Ready")
