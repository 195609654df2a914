"""The status is readable by kstatus, still at rest, and untroubled by whatever stood there before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.api.findings import Finding, Severity
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.reasons import Reason
from dixi_operator.api.status import InstallStatus
from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.evidence import Evidence
from dixi_operator.health.causes.find import find_causes
from dixi_operator.health.status import ProbeResult, build_status
from tests.unit.operator.api.specs import read_install, valid_installs
from tests.unit.operator.components.contexts import FACTS, place
from tests.unit.operator.health.causes.cluster import build_deployment, build_pod, ended, running, waiting
from tests.unit.operator.health.live import observe

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 12, 5, tzinfo=UTC)
SERVES = ProbeResult(ok=True, message="it answered 200")
INVALID = Finding(Reason.SPEC_INVALID, "spec.vision.fps", "must be 1 or more")
INSTALL = read_install({})


def report(
    install: DixiInstall = INSTALL,
    *findings: Finding,
    changed: Any = None,
    planned: bool = True,
    probe: ProbeResult | None = SERVES,
    previous: Any = None,
    now: datetime = NOW,
    asked: str = "",
) -> Manifest:
    return build_status(
        install,
        revision="abc" if planned else "",
        waves=observe(place(install), changed) if planned else (),
        findings=findings,
        probe=probe if planned else None,
        facts=FACTS,
        previous=previous or {},
        now=now,
        asked=asked,
    )


def conditions(status: Manifest) -> dict[str, Manifest]:
    return {item["type"]: item for item in status["conditions"]}


def truths(status: Manifest) -> tuple[str, ...]:
    found = conditions(status)
    return tuple(found[kind]["status"] for kind in ("Ready", "Reconciling", "Stalled"))


def test_a_ready_install_is_not_at_work_and_not_stalled() -> None:
    status = report()
    assert truths(status) == ("True", "False", "False")
    assert status["lastAppliedRevision"] == status["lastAttemptedRevision"] == "abc"
    assert (status["vision"], status["gateway"], status["endpoint"]) == (
        "1/1 cpu",
        "2/2 serving",
        "http://frontend.dixi.svc",
    )


def test_an_install_on_its_way_is_at_work() -> None:
    status = report(changed={"Deployment/vision": None}, probe=None)
    assert truths(status) == ("False", "True", "False")
    assert conditions(status)["Ready"]["reason"] == "WaitingForVision"
    assert "lastAppliedRevision" not in status


def test_a_terminal_finding_stalls() -> None:
    status = report(INSTALL, INVALID, planned=False)
    assert truths(status) == ("False", "False", "True")
    assert conditions(status)["Stalled"]["message"] == "spec.vision.fps: must be 1 or more"


def test_a_finding_that_waits_does_not_stall() -> None:
    waiting = Finding(Reason.NO_STORAGE_CLASS, "spec.redis.storage.className", "none", Severity.WAITING)
    assert truths(report(INSTALL, waiting, planned=False)) == ("False", "True", "False")


def test_a_suspended_install_is_neither_ready_nor_at_work() -> None:
    assert truths(report(read_install({"suspend": True}), planned=False)) == ("Unknown", "False", "False")


def test_there_is_one_condition_a_component_and_each_is_about_this_generation() -> None:
    found = conditions(report())
    assert set(found) == {"Ready", "Reconciling", "Stalled", "Autoscaled"} | {
        f"{name}Ready"
        for name in ("Namespace", "Config", "Secrets", "Redis", "Ollama", "Vision", "Backend", "Frontend", "Edge")
    }
    assert {condition["observedGeneration"] for condition in found.values()} == {3}


def test_time_passes_without_changing_the_status() -> None:
    first = report()
    assert report(previous=first, now=LATER) == first


def test_the_look_that_was_asked_for_is_told_to_have_been_had_whatever_somebody_has_written_there() -> None:
    assert "lastHandledReconcile" not in report()
    assert report(asked="2026-11-25T12:00:00Z")["lastHandledReconcile"] == "2026-11-25T12:00:00Z"
    assert len(report(asked="x" * 1000)["lastHandledReconcile"]) == 256


def crash(pod: str, state: Manifest, seconds: int) -> Manifest:
    """The status of an install of which Redis keeps ending, as one of its pods shows it at that second."""
    last = ended(2, message=f"word {pod}")
    pods = [build_pod("redis", pod, state=state, last=last), build_pod("redis", f"{pod}-2", state=state, last=last)]
    now = NOW + timedelta(seconds=seconds)
    found = Evidence(namespace="dixi", now=now, deployments=[build_deployment("redis")], pods=pods)
    causes = {cause.component: cause for cause in find_causes(found)}
    waves = observe(place(INSTALL), {"Deployment/redis": build_deployment("redis")})
    return build_status(
        INSTALL, revision="abc", waves=waves, findings=(), probe=None, facts=FACTS, previous={}, now=NOW, causes=causes
    )


def test_an_install_that_does_not_get_ready_is_told_in_the_same_words_as_time_passes() -> None:
    first = crash("redis-a", ended(2), 0)
    assert conditions(first)["Ready"]["reason"] == "CrashLoop"
    assert crash("redis-b", waiting("CrashLoopBackOff", "back-off 10s restarting failed container"), 10) == first
    assert crash("redis-b", waiting("CrashLoopBackOff", "back-off 20s restarting failed container"), 20) == first
    assert crash("redis-c", running(), 15) == first


def test_a_transition_is_dated_when_it_happens_and_only_then() -> None:
    first = report(changed={"Deployment/vision": None}, probe=None)
    second = conditions(report(previous=first, now=LATER))
    assert second["Ready"]["lastTransitionTime"] == "2026-11-25T12:05:00Z"
    assert second["RedisReady"]["lastTransitionTime"] == "2026-11-25T12:00:00Z"


def test_another_reason_with_the_same_status_is_no_transition() -> None:
    first = report(changed={"Deployment/vision": None}, probe=None)
    second = report(changed={"Deployment/redis": None}, probe=None, previous=first, now=LATER)
    assert conditions(second)["Ready"]["reason"] == "WaitingForRedis"
    assert conditions(second)["Ready"]["lastTransitionTime"] == "2026-11-25T12:00:00Z"


def test_what_was_last_seen_stays_while_nobody_looks() -> None:
    first = report()
    suspended = report(read_install({"suspend": True}), planned=False, previous=first, now=LATER)
    for key in ("components", "inventory", "endpoint", "vision", "history", "lastAppliedRevision"):
        assert suspended[key] == first[key]
    assert conditions(suspended)["BackendReady"] == conditions(first)["BackendReady"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "status", "reason", "name", "revision", "lastTransitionTime"]), inner
        )
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(["conditions", "history", "inventory", "components", "endpoint", "lastAppliedRevision", "x"]),
        json_values,
    )
)
def test_garbage_in_the_previous_status_changes_nothing(garbage: dict[str, Any]) -> None:
    assert report(previous=garbage) == report()


@given(valid_installs, st.data())
def test_any_status_is_one_that_the_schema_accepts(install: DixiInstall, data: st.DataObject) -> None:
    names = ["Deployment/redis", "Deployment/vision", "Service/frontend", "Namespace/dixi"]
    changed = dict.fromkeys(data.draw(st.lists(st.sampled_from(names), unique=True)))
    status = report(install, changed=changed)
    parsed = InstallStatus.model_validate(status)
    assert parsed.model_dump(mode="json", by_alias=True, exclude_defaults=True) == status
    assert len({condition.type for condition in parsed.conditions}) == len(parsed.conditions)


@pytest.mark.parametrize("length", [10, 40_000])
def test_a_message_of_any_length_fits(length: int) -> None:
    finding = Finding(Reason.APPLY_REJECTED, "", "x" * length)
    assert len(conditions(report(INSTALL, finding))["Ready"]["message"]) == min(length, 32_768)
