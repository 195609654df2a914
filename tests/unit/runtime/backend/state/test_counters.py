from dixi_runtime.backend.state.counters import MemoryCounters
from tests.unit.runtime.backend.conftest import ManualClock


async def test_a_window_starts_with_its_first_count_and_ends(clock: ManualClock) -> None:
    counters = MemoryCounters(clock)
    assert (await counters.add("a", 60)).used == 1
    clock.advance(59)
    usage = await counters.add("a", 60)
    assert (usage.used, usage.seconds_left) == (2, 1.0)
    clock.advance(1)
    assert (await counters.add("a", 60)).used == 1


async def test_looking_starts_no_window_and_taking_back_stops_at_nothing(clock: ManualClock) -> None:
    counters = MemoryCounters(clock)
    assert (await counters.add("a", 60, 0)).used == 0
    clock.advance(30)
    assert (await counters.add("a", 60)).seconds_left == 60
    assert (await counters.add("a", 60, -5)).used == 0
    assert (await counters.add("b", 60)).used == 1


async def test_of_too_many_windows_the_oldest_is_forgotten(clock: ManualClock) -> None:
    counters = MemoryCounters(clock, most_windows=2)
    for key in ("a", "b", "c"):
        await counters.add(key, 60)
    assert [(await counters.add(key, 60, 0)).used for key in ("a", "b", "c")] == [0, 1, 1]
