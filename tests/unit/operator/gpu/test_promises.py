"""A GPU that one install was told to take is not there for another."""

from __future__ import annotations

from typing import Any

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.reasons import Reason
from dixi_operator.gpu.choice import Choice, Mode
from dixi_operator.gpu.fit import count_places
from dixi_operator.gpu.promises import Promises
from tests.unit.operator.api.specs import read_install
from tests.unit.operator.gpu.clusters import NVIDIA, ask, lack_of, make_facts, make_node, make_own

STARTING = Choice(mode=Mode.GPU, reason=Reason.PROGRESSING, message="")
THERE = Choice(mode=Mode.GPU, reason=Reason.GPU_ALLOCATED, message="")
WITHOUT = Choice(mode=Mode.CPU, reason=Reason.GPUS_TAKEN, message="")


def make_install(**gpu: Any) -> DixiInstall:
    spec = {"gpu": {"policy": "Preferred", **gpu}, "replicas": 3}
    return read_install({"namespace": {"name": "wall"}, "vision": spec})


def promise(choice: Choice, *pods: Any, install: DixiInstall | None = None) -> dict[str, int]:
    promises = Promises()
    promises.note(install or make_install(), make_facts(*pods), {"vision": choice})
    return promises.list_others("another")


def test_what_starting_pods_do_not_hold_yet_is_promised() -> None:
    assert promise(STARTING) == {NVIDIA: 3}
    assert promise(STARTING, make_own(), make_own("vision-2", node="")) == {NVIDIA: 2}
    assert promise(STARTING, install=make_install(count=2)) == {NVIDIA: 6}


def test_nothing_is_promised_to_who_has_it_or_does_without() -> None:
    assert promise(THERE) == promise(WITHOUT) == promise(STARTING, install=make_install(deviceClass="gpu")) == {}


def test_a_promise_ends_with_the_next_choice_or_with_the_install() -> None:
    promises, install = Promises(), make_install()
    promises.note(install, make_facts(), {"vision": STARTING})
    assert promises.list_others(install.name) == {}
    promises.note(install, make_facts(), {"vision": WITHOUT})
    assert promises.list_others("another") == {}
    promises.note(install, make_facts(), {"vision": STARTING})
    promises.forget(install.name)
    assert promises.list_others("another") == {}


def test_what_is_promised_is_not_free() -> None:
    facts = make_facts(make_node(count=4), promised={NVIDIA: 3})
    assert count_places(ask(facts)) == 1
    assert count_places(ask(facts, count=2)) == 0
    lack = lack_of(facts, replicas=2)
    assert lack is not None
    assert (lack.reason, lack.message) == (Reason.GPUS_TAKEN, "1 of 4 are free, and 2 are needed")
    gone = lack_of(make_facts(make_node(), promised={NVIDIA: 1}))
    assert gone is not None
    assert gone.message == "all 1 are taken or promised"
