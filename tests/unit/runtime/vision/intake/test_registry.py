from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest

from dixi_runtime.vision.intake.protocol import PushedFrame
from dixi_runtime.vision.intake.registry import Intake, IntakeError, IntakeFullError
from dixi_runtime.vision.sources.base import Frame
from dixi_runtime.vision.sources.live import Terms
from dixi_runtime.vision.sources.push import PushSource
from tests.unit.runtime.vision.intake.messages import PICTURE, make_message


class Line:
    """A connection of which only the end matters."""

    congested = False

    def __init__(self) -> None:
        self.ended: tuple[int, str] | None = None

    def send_frame(self, frame: bytes) -> None:
        raise AssertionError("nothing is sent")

    def call_when_clear(self, callback: Callable[[], None]) -> None:
        raise AssertionError("nothing is waited for")

    async def drained(self) -> None:
        raise AssertionError("nothing is waited for")

    def end(self, code: int, reason: str) -> None:
        self.ended = (code, reason)


class Reader:
    """A runner that reads when the test says so."""

    def __init__(self, open_source: Callable[[], PushSource[PushedFrame]]) -> None:
        self.source = open_source()
        self.running = False
        self.starts = 0

    def start(self) -> None:
        self.running = True
        self.starts += 1

    def stop(self) -> None:
        self.running = False

    def read(self, moment: float) -> Frame | None:
        return self.source.read(moment)


class Room:
    """An intake, its readers by order of their streams, and what was refused."""

    def __init__(self, capacity: int = 2, *, has_main: bool = False) -> None:
        self.readers: list[Reader] = []
        self.refused: Counter[str] = Counter()
        terms = Terms(30, lambda fault: self.refused.update([fault]))
        self.intake = Intake(capacity, terms, self._make_reader, has_main=has_main)

    def _make_reader(self, open_source: Callable[[], PushSource[PushedFrame]]) -> Reader:
        self.readers.append(Reader(open_source))
        return self.readers[-1]


async def test_each_client_has_a_stream_and_a_pipeline_of_its_own() -> None:
    room = Room()
    async with room.intake.admitted("left", Line()) as left, room.intake.admitted("right", Line()) as right:
        left.offer(PICTURE, 1.0)
        right.offer(make_message(timestamp=9), 1.0)
        seen = [reader.read(1.0) for reader in room.readers]
        assert [(frame.origin.stream, frame.origin.timestamp) for frame in seen if frame and frame.origin] == [
            ("left", 0),
            ("right", 9),
        ]
        assert [stream.name for stream in room.intake.streams] == ["left", "right"]
    assert not room.intake.streams
    assert not any(reader.running for reader in room.readers)


async def test_a_pipeline_starts_with_the_first_frame_that_may_be_one() -> None:
    room = Room()
    async with room.intake.admitted("wall", Line()) as stream:
        stream.offer(b"junk", 1.0)
        stream.offer(None, 1.0)
        assert not room.readers[0].running
        stream.offer(PICTURE, 1.0)
        stream.offer(PICTURE, 1.1)
        assert (room.readers[0].running, room.readers[0].starts) == (True, 1)


async def test_what_is_refused_is_counted_for_the_stream_and_in_all() -> None:
    room = Room()
    async with room.intake.admitted("wall", Line()) as stream:
        for message in (b"", b"junk", None, make_message(timestamp=5), make_message(timestamp=5), PICTURE[:60]):
            stream.offer(message, 1.0)
        room.readers[0].read(1.0)
        expected = {"empty": 1, "format": 1, "text": 1, "time": 1, "replaced": 1, "corrupt": 1}
        assert (stream.tally.received, stream.tally.refused) == (6, expected)
    assert room.refused == expected


async def test_above_the_cap_a_client_is_refused_by_name_until_there_is_room() -> None:
    room = Room(capacity=2)
    async with AsyncExitStack() as others:
        await others.enter_async_context(room.intake.admitted("a", Line()))
        async with room.intake.admitted("b", Line()):
            with pytest.raises(IntakeFullError, match="push_streams_full: 2 of 2 streams") as refusal:
                await others.enter_async_context(room.intake.admitted("c", Line()))
            assert (refusal.value.code, refusal.value.reason) == (1013, "push_streams_full")
        await others.enter_async_context(room.intake.admitted("c", Line()))
        assert [stream.name for stream in room.intake.streams] == ["a", "c"]


async def test_with_no_room_at_all_nobody_pushes() -> None:
    with pytest.raises(IntakeFullError, match="0 of 0"):
        async with Room(capacity=0).intake.admitted("wall", Line()):
            pass


@pytest.mark.parametrize("name", ["", "a b", "-x", "é", "x" * 65, "a/b", "a\n"])
async def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(IntakeError, match="stream: expected up to 64 letters") as refusal:
        async with Room().intake.admitted(name, Line()):
            pass
    assert refusal.value.code == 1008


async def test_a_newer_connection_takes_its_stream_over() -> None:
    room, first, second = Room(capacity=1), Line(), Line()
    left = asyncio.Event()

    async def push_first() -> None:
        async with room.intake.admitted("wall", first):
            await left.wait()

    older = asyncio.create_task(push_first())
    await asyncio.sleep(0)
    async with room.intake.admitted("wall", second) as stream:
        assert first.ended == (1008, "a newer connection pushes the stream wall")
        left.set()
        await older
        assert room.intake.streams == (stream,)
        assert second.ended is None
        stream.offer(PICTURE, 1.0)
    assert len(room.readers) == 1
    assert not room.intake.streams


async def test_the_first_stream_is_the_main_one_where_the_service_waits_for_one() -> None:
    room = Room(has_main=True)
    source = room.intake.open_main()
    assert source.waiting
    assert "No client pushes frames now" in str(source.note)
    async with room.intake.admitted("first", Line()) as first, room.intake.admitted("second", Line()) as second:
        assert (first.is_main, second.is_main) == (True, False)
        first.offer(PICTURE, 1.0)
        frame = source.read(1.0)
        assert frame is not None
        assert frame.origin is not None
        assert frame.origin.stream == "first"
        assert (source.waiting, source.note) == (False, None)
        first.offer(PICTURE[:60], 1.1)
        assert source.read(1.1) is None
        assert first.tally.refused == {"corrupt": 1}
    async with room.intake.admitted("third", Line()) as third:
        assert third.is_main
    assert source.read(9.0) is None
    assert source.waiting


async def test_frames_that_no_camera_saw_make_their_source_simulated() -> None:
    room = Room(has_main=True)
    source = room.intake.open_main()
    async with room.intake.admitted("rendered", Line()) as stream:
        stream.offer(make_message(flags=1), 1.0)
        frame = source.read(1.0)
    assert frame is not None
    assert frame.simulated
    assert source.simulated
