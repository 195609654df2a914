from __future__ import annotations

from dixi_operator.cli.screen import write_text
from dixi_operator.cli.summary import draw_installs, summarise_install
from tests.unit.operator.cli.installs import READY, WAITING, build_condition, build_install


def test_a_line_says_what_kubectl_get_says_and_the_namespace() -> None:
    install = build_install(build_condition("Ready", "False", "NoGpu"), namespace={"name": "hall"})
    install["status"] |= {"vision": "0/1 gpu", "gateway": "2/2"}
    assert summarise_install(install).describe() == {
        "name": "wall",
        "namespace": "hall",
        "version": "1.0.0",
        "ready": "False",
        "reason": "NoGpu",
        "vision": "0/1 gpu",
        "gateway": "2/2",
        "endpoint": "http://10.0.0.1:30080",
    }


def test_a_table_has_a_line_for_each() -> None:
    lines = write_text(draw_installs([summarise_install(READY), summarise_install(WAITING)])).splitlines()
    assert lines[0].split()[:5] == ["NAME", "NAMESPACE", "VERSION", "READY", "REASON"]
    assert [line.split()[2:4] for line in lines[1:]] == [["True", "Ready"], ["False", "WaitingForVision"]]


def test_an_install_that_nobody_has_looked_at_is_unknown() -> None:
    assert summarise_install({"metadata": {"name": "new"}}).ready == "Unknown"
