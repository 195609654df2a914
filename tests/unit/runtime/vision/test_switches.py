from __future__ import annotations

import asyncio
import threading

import pytest

from dixi_runtime.vision.demand import Demand
from dixi_runtime.vision.inference.supervisor import ModelStatus
from dixi_runtime.vision.pipeline import SourceStatus
from dixi_runtime.vision.switches import HANDS, Switches

WORKING = (SourceStatus("running"), ModelStatus(loaded=True))


class Machine:
    """Runs nothing, but takes until `may_stop` to stop."""

    def __init__(self) -> None:
        self.source, self.model = WORKING
        self.running = False
        self.starts = 0
        self.stopping = threading.Event()
        self.may_stop = threading.Event()
        self.may_stop.set()

    def start(self) -> None:
        self.starts += not self.running
        self.running = True

    def stop(self) -> None:
        self.stopping.set()
        self.may_stop.wait()
        self.running = False


class Bench:
    """Switches over a machine."""

    def __init__(self) -> None:
        self.machine = Machine()
        self.demand = Demand()
        self.forgotten = 0
        self.switches = Switches(self.demand, self.machine, self._forget)

    def _forget(self) -> None:
        self.forgotten += 1

    @property
    def wanted(self) -> set[str]:
        return set(self.demand.wanted(0.0))


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_each_switch_looks_for_what_its_tracker_finds(bench: Bench) -> None:
    for switch, parts in (("gesture", {"hands", "face"}), ("face", {"face"}), ("tracking", {"hands", "face", "body"})):
        assert await bench.switches.start(switch)  # type: ignore[arg-type]
        assert (bench.wanted, bench.machine.running) == (parts, True)
        await bench.switches.stop(switch)  # type: ignore[arg-type]
        assert (bench.wanted, bench.machine.running) == (set(), False)
    assert bench.forgotten == 3


async def test_what_runs_already_is_not_started_again(bench: Bench) -> None:
    assert await bench.switches.start("gesture")
    assert not await bench.switches.start("gesture")
    assert bench.machine.starts == 1


async def test_what_started_by_itself_is_started_once_more_for_all_that_it_finds(bench: Bench) -> None:
    await bench.switches.start("tracking", HANDS)
    assert bench.wanted == {"hands"}
    assert await bench.switches.start("tracking")
    assert bench.wanted == {"hands", "face", "body"}
    assert not await bench.switches.start("tracking")


async def test_a_switch_that_goes_off_leaves_what_others_look_for(bench: Bench) -> None:
    await bench.switches.start("gesture")
    await bench.switches.start("tracking")
    await bench.switches.stop("tracking")
    assert (bench.wanted, bench.machine.running) == ({"hands", "face"}, True)
    await bench.switches.stop("gesture")
    assert (bench.wanted, bench.machine.running) == (set(), False)


async def test_faces_are_switched_off_for_every_tracker_and_no_subscriber(bench: Bench) -> None:
    await bench.switches.start("gesture")
    await bench.switches.start("tracking")
    await bench.switches.stop("face")
    assert (bench.wanted, bench.switches.looks_for("face")) == ({"hands", "body"}, False)
    with bench.demand.hold({"face"}):
        assert bench.wanted == {"hands", "face", "body"}


@pytest.mark.parametrize(
    ("source", "model"),
    [(SourceStatus("failed", error="no camera"), WORKING[1]), (WORKING[0], ModelStatus(error="no model"))],
)
async def test_a_start_tries_at_once_what_has_failed(bench: Bench, source: SourceStatus, model: ModelStatus) -> None:
    await bench.switches.start("gesture")
    bench.machine.source, bench.machine.model = source, model
    assert await bench.switches.start("gesture")
    assert (bench.machine.starts, bench.machine.running) == (2, True)


async def test_a_start_while_it_stops_ends_with_it_running(bench: Bench) -> None:
    await bench.switches.start("gesture")
    bench.machine.may_stop.clear()
    stopping = asyncio.create_task(bench.switches.stop("gesture"))
    await asyncio.to_thread(bench.machine.stopping.wait)
    starting = asyncio.create_task(bench.switches.start("gesture"))
    await asyncio.sleep(0)
    bench.machine.may_stop.set()
    await asyncio.gather(stopping, starting)
    assert (bench.machine.running, bench.wanted) == (True, {"hands", "face"})
