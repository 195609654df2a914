"""At rest the operator writes nothing, and reads no more than it was made to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.integration.test_install import count_passes
from tests.perf.audit import Record, parse_audit
from tests.support.fake import DEV, Api, serve_api
from tests.support.processes import eventually, find_free_port, read_url, running

INSTALLS = tuple(f"rest-{number}" for number in range(5))
RESYNC_SECONDS = 5  # the shortest that there is, so that each install is looked at several times
PASSES = 3 * len(INSTALLS)


@dataclass(frozen=True)
class Quiet:
    """A cluster in which nothing is to be done, and the address of the operator's metrics."""

    api: Api
    operator: str

    def await_passes(self, number: int) -> None:
        """Wait until that many more passes have ended."""
        before = count_passes(self.operator)
        eventually(lambda: count_passes(self.operator) >= before + number, seconds=60, what=f"{number} passes")

    def list_requests(self) -> list[Record]:
        """What the operator has asked of the API server; keeping its Lease is left out."""
        records = parse_audit(self.api.audit_log.read_bytes().splitlines())
        return [record for record in records if record.is_measured and record.resource != "leases"]


@pytest.fixture(scope="module")
def quiet(gateway: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quiet]:
    """Installs that are Ready, and have been looked at once more since, in a cluster of their own."""
    folder, port = tmp_path_factory.mktemp("rest"), find_free_port()
    with serve_api(folder) as api:
        environment = {
            "KUBECONFIG": api.kubeconfig,
            "DIXI_NAMESPACE": "default",
            "DIXI_HTTP_PORT": str(port),
            "DIXI_PROBE_URL": f"{gateway}/api/health/ready",
            "DIXI_VISION_URL": "",
            "DIXI_BACKEND_URL": "",
            "DIXI_RESYNC_SECONDS": str(RESYNC_SECONDS),
        }
        with running("dixi_operator", [], environment, folder / "operator.log"):
            address = f"http://127.0.0.1:{port}"
            eventually(lambda: read_url(f"{address}/readyz"), seconds=30, what=f"the operator at {address}")
            for name in INSTALLS:
                api.apply(name, {**DEV, "namespace": {"name": name}})
            for name in INSTALLS:
                api.await_ready(name)
            quiet = Quiet(api, address)
            quiet.await_passes(2 * len(INSTALLS))
            yield quiet


def test_several_resyncs_cost_no_write_and_one_read_of_each_install(
    quiet: Quiet, note: Callable[[object], None]
) -> None:
    before, passes = len(quiet.list_requests()), count_passes(quiet.operator)
    quiet.await_passes(PASSES)
    made = count_passes(quiet.operator) - passes
    requests = quiet.list_requests()[before:]
    counts = Counter(f"{request.verb} {request.resource}".strip() for request in requests)
    note(f"{made:g} passes over {len(INSTALLS)} installs: {dict(counts)}")
    assert [request for request in requests if request.is_write] == []
    assert {request.name for request in requests if request.resource == "dixiinstalls" and request.name} == {*INSTALLS}
    assert counts["get dixiinstalls"] <= made + len(INSTALLS)
    assert counts["list storageclasses"] <= made + len(INSTALLS)
    # Whether there are optional kinds; the installs are listed once a minute in case a watch has missed one.
    rare = {"get": made + len(INSTALLS), "list dixiinstalls": 1}
    assert all(counts[name] <= most for name, most in rare.items())
    allowed = {"get dixiinstalls", "list storageclasses", *rare}
    assert {name for name in counts if not name.startswith("watch ")} <= allowed
