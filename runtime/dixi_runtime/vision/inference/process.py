"""The other side of the process that infers: starts it, shows it frames, hears what it saw, ends it."""

from __future__ import annotations

import collections
import logging
import os
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection, Pipe
from typing import IO, Final

from ..errors import InferenceError
from ..sources.base import Image
from .board import Board, Note
from .messages import Message, Orders

_logger = logging.getLogger(__name__)

_PROGRAM: Final = "dixi_runtime.vision.inference.worker"
_LAST_LINES: Final = 5
_EXIT_SECONDS: Final = 5.0


class InferenceProcess:
    """One process with its landmarkers. Frames are shown on one thread, messages heard on another."""

    def __init__(self, orders: Orders) -> None:
        """Starts the process; it takes seconds to be ready. InferenceError when it cannot be started."""
        self._board = Board.create(orders.longest_side)
        self._lock = threading.Lock()
        self._closed = False
        self._wake, wake = socket.socketpair()
        self._wake.setblocking(False)
        self._answers, answers = Pipe(duplex=False)
        try:
            self._child = _start(wake, answers, self._board, orders)
        except OSError as error:
            self._board.close()
            raise InferenceError(f"the inference process cannot be started: {error}") from error
        finally:
            wake.close()
            answers.close()
        self._lines: collections.deque[str] = collections.deque(maxlen=_LAST_LINES)
        self._reader = threading.Thread(target=self._read_lines, args=(self._child.stderr,), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._child.pid

    @property
    def taken(self) -> int:
        """The number of the frame that it took last, -1 before the first."""
        with self._lock:
            return -1 if self._closed else self._board.taken

    def show(self, image: Image, note: Note) -> None:
        """Leaves the frame for it to take, in place of the one before; never waits. Does nothing when closed."""
        with self._lock:
            if self._closed:
                return
            self._board.put(image, note)
            try:
                self._wake.send(b"\0")
            except (BlockingIOError, BrokenPipeError, ConnectionResetError):
                return  # it was woken often enough, or is gone, which `hear` says

    def hear(self, timeout: float) -> Message | None:
        """Its next message, waited for up to `timeout` seconds; InferenceError when it has ended."""
        try:
            if not self._answers.poll(timeout):
                return None
            message: Message = self._answers.recv()
        except (EOFError, OSError) as error:
            raise InferenceError(self._describe_end()) from error
        return message

    def close(self) -> None:
        """Ends it, whatever it does; closing twice is fine."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._wake.close()
            self._board.close()
        self._child.kill()
        self._child.wait()
        self._reader.join()
        self._answers.close()

    def _describe_end(self) -> str:
        try:
            code = self._child.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            return "the inference process has stopped answering"
        self._reader.join(_EXIT_SECONDS)
        return " ".join([f"the inference process ended with code {code}.", *self._lines])

    def _read_lines(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self._lines.append(line.rstrip())
                _logger.debug("inference: %s", line.rstrip())


def _start(wake: socket.socket, answers: Connection, board: Board, orders: Orders) -> subprocess.Popen[str]:
    descriptors = (wake.fileno(), answers.fileno(), board.descriptor)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", _PROGRAM, *map(str, descriptors), orders.encode()],
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        # Like this process it finds the modules; unlike it, it takes no signal from the terminal.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,
    )
