"""The program of the process that infers: `python -m dixi_runtime.vision.inference.worker`.

It ends when the other side closes the wake socket. Whatever goes wrong with a landmarker ends it, too: after a failure
inside a graph MediaPipe can hang for good at the next one made in that process.
"""

from __future__ import annotations

import logging
import socket
import sys
from multiprocessing.connection import Connection

from dixi_runtime.collector import spare_what_lives

from ..landmarks.task import make_picture
from .board import Board
from .landmarkers import Landmarkers, PartError
from .messages import Message, Orders

WAKE_BYTES = 4096


def work(board: Board, wake: socket.socket, answers: Connection, orders: Orders) -> None:
    """Looks at the newest frame whenever woken, until the wake socket is closed or a landmarker fails."""
    try:
        landmarkers = Landmarkers(orders, answers.send)
        landmarkers.load(orders.first)
        spare_what_lives()
        while wake.recv(WAKE_BYTES):
            if taken := board.take(make_picture):
                note, picture = taken
                answers.send(landmarkers.look(picture, note))
    except PartError as error:
        failed: Message = error.failed
        answers.send(failed)


def main(wake: str, answers: str, board: str, orders: str) -> None:
    """Takes three file descriptors and the orders from the command line."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    decoded = Orders.decode(orders)
    with socket.socket(fileno=int(wake)) as wake_socket, Connection(int(answers)) as connection:
        work(Board(int(board), decoded.longest_side), wake_socket, connection, decoded)


if __name__ == "__main__":
    main(*sys.argv[1:])
