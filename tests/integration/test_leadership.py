"""Two replicas, one leader; the other takes over at once when it leaves."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

from tests.support.fake import Api
from tests.support.processes import eventually, find_free_port, read_url, running

NAMESPACE = "leadership"


def leads(address: str) -> bool:
    return "dixi_operator_leader 1.0" in (read_url(f"{address}/metrics") or "")


def test_a_leader_that_is_told_to_end_hands_over_within_three_seconds(
    api: Api, tmp_path: Path, note: Callable[[object], None]
) -> None:
    api.kubectl("create", "namespace", NAMESPACE)
    with ExitStack() as stack:

        def start(name: str) -> tuple[str, int]:
            port = find_free_port()
            environment = {
                "KUBECONFIG": api.kubeconfig,
                "DIXI_NAMESPACE": NAMESPACE,
                "DIXI_HTTP_PORT": str(port),
                "DIXI_POD_NAME": name,
            }
            process = stack.enter_context(running("dixi_operator", [], environment, tmp_path / name))
            address = f"http://127.0.0.1:{port}"
            eventually(lambda: read_url(f"{address}/readyz"), seconds=30, what=f"{name} to serve probes")
            return address, process.pid

        first, leader = start("first")
        eventually(lambda: leads(first), seconds=20, what="the first to lead")
        second, _ = start("second")
        assert not leads(second)
        assert read_url(f"{second}/healthz") is not None
        started = monotonic()
        os.kill(leader, signal.SIGTERM)
        eventually(lambda: leads(second), seconds=10, what="the second to lead")
        seconds = monotonic() - started
        note(f"the standby led {seconds:.1f} s after SIGTERM")
        assert seconds <= 3
