import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from dixi_runtime.frames import text_frame


def read(data: bytes) -> list[object]:
    """The frames that a client of the ``websockets`` library finds in what a server sent."""
    client = ClientProtocol(parse_uri("ws://localhost/"), state=State.OPEN)
    client.receive_data(data)
    return list(client.events_received())


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65535, 65536])
def test_a_client_reads_the_text_of_a_frame_of_every_length(length: int) -> None:
    payload = b"x" * length
    assert read(text_frame(payload) * 2) == [Frame(Opcode.TEXT, payload)] * 2


@given(st.text())
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    assert read(text_frame(text.encode())) == [Frame(Opcode.TEXT, text.encode())]
