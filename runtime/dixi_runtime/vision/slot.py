"""Hand-over between a producer that never waits and a consumer that wants the newest: threads, and event loop."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """Room for one value between two threads; a newer one replaces it."""

    def __init__(self) -> None:
        self._value: T | None = None
        self._filled = threading.Condition()

    def put(self, value: T) -> bool:
        """Leaves the value; True when it replaced one that nobody took."""
        with self._filled:
            replaced = self._value is not None
            self._value = value
            self._filled.notify()
        return replaced

    def take(self, timeout: float) -> T | None:
        """The value, waited for up to `timeout` seconds; None when none came."""
        with self._filled:
            self._filled.wait_for(lambda: self._value is not None, timeout)
            value, self._value = self._value, None
        return value


class Mailbox:
    """A bounded queue of encoded messages inside one event loop. It drops rather than waits, oldest first."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._messages: OrderedDict[object, bytes] = OrderedDict()
        self._filled = asyncio.Event()

    def put(self, message: bytes, replaces: str | None = None) -> int:
        """Adds a message, in place of a waiting one with the same `replaces`; how many were dropped for it."""
        key: object = replaces if replaces is not None else object()
        dropped = int(self._messages.pop(key, None) is not None)
        self._messages[key] = message
        while len(self._messages) > self._capacity:
            self._messages.popitem(last=False)
            dropped += 1
        self._filled.set()
        return dropped

    async def take(self) -> bytes:
        """The oldest message, waited for."""
        while (message := self.pop()) is None:
            self._filled.clear()
            await self._filled.wait()
        return message

    def pop(self) -> bytes | None:
        """The oldest message, if one waits."""
        return self._messages.popitem(last=False)[1] if self._messages else None
