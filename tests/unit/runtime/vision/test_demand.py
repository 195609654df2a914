from __future__ import annotations

from dixi_runtime.vision.demand import ASK_SECONDS, Demand


def test_nothing_is_wanted_until_somebody_wants_it() -> None:
    assert Demand().wanted(0.0) == frozenset()


def test_a_part_is_wanted_while_one_of_its_holders_holds_it() -> None:
    demand = Demand()
    with demand.hold({"hands"}):
        with demand.hold({"hands", "face"}):
            assert demand.wanted(0.0) == {"hands", "face"}
        assert demand.wanted(0.0) == {"hands"}
    assert demand.wanted(0.0) == frozenset()


def test_a_holder_changes_its_mind_and_lets_go() -> None:
    demand = Demand()
    demand.keep("tracking", {"hands"})
    demand.keep("tracking", {"body"})
    assert demand.wanted(0.0) == {"body"}
    demand.let_go("tracking")
    demand.let_go("tracking")
    assert demand.wanted(0.0) == frozenset()


def test_what_was_asked_for_once_is_wanted_for_a_while() -> None:
    demand = Demand()
    demand.ask({"face"}, 10.0)
    assert demand.wanted(10.0) == {"face"}
    demand.ask({"face"}, 12.0)
    assert demand.wanted(11.9 + ASK_SECONDS) == {"face"}
    assert demand.wanted(12.0 + ASK_SECONDS) == frozenset()


def test_what_was_asked_for_can_be_dropped_and_what_is_held_stays() -> None:
    demand = Demand()
    demand.keep("tracking", {"hands"})
    demand.ask({"hands", "face"}, 10.0)
    demand.drop({"hands", "face"})
    assert demand.wanted(10.0) == {"hands"}
