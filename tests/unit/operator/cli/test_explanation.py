from __future__ import annotations

from dixi_operator.api.reasons import Reason
from dixi_operator.cli.explain import explain_install
from dixi_operator.cli.explanation import draw_explanation
from tests.unit.operator.cli.installs import READY, SINCE, WAITING
from tests.unit.operator.cli.test_explain import build_cause
from tests.unit.operator.cli.test_pages import write


def test_the_first_line_is_the_cause_and_what_follows_says_since_when_and_what_to_do() -> None:
    lines = write(draw_explanation(WAITING, explain_install(WAITING, [build_cause()]))).splitlines()
    assert lines[:4] == [
        "DixiInstall wall is not Ready: ImagePullFailed: Deployment vision: image x cannot be pulled",
        "it says: not found",
        f"since {SINCE}",
        "what to do: Check the name.",
    ]
    assert "- vision image ImagePullFailed Deployment vision: image x cannot be pulled" in lines


def test_without_a_look_at_the_cluster_the_first_line_is_what_the_status_says() -> None:
    lines = write(draw_explanation(WAITING, explain_install(WAITING))).splitlines()
    assert lines[0] == (
        "DixiInstall wall is not Ready: RolloutStuck: Deployment vision: 0 of 1 replicas are available."
    )
    assert lines[2].startswith("what to do: Look at the pods")


def test_a_ready_install_needs_no_advice() -> None:
    lines = write(draw_explanation(READY, explain_install(READY))).splitlines()
    assert lines[0] == "DixiInstall wall is Ready."
    assert "what to do" not in "\n".join(lines)


def test_a_ready_install_that_lacks_something_says_so_first() -> None:
    scaling = build_cause(Reason.METRICS_UNAVAILABLE, blocks=False)
    page = write(draw_explanation(READY, explain_install(READY, [scaling])))
    assert page.splitlines()[0].startswith("DixiInstall wall is Ready, but MetricsUnavailable: Deployment vision")
    assert "! vision image MetricsUnavailable" in page


def test_what_could_not_be_looked_at_is_said_last() -> None:
    page = write(draw_explanation(WAITING, explain_install(WAITING), ["may not list pods in namespace dixi: no"]))
    assert page.splitlines()[-1] == "? may not list pods in namespace dixi: no"
