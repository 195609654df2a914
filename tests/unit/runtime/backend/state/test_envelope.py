from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.state.envelope import Beat, Envelope, open_envelope
from dixi_runtime.backend.state.replicas import Presence


@pytest.mark.parametrize(
    "sealed",
    [
        Envelope("a", "camera", {"type": "face", "data": None}),
        Beat("a", Presence(3), 1.5),
        Beat("a", Presence(0, leaving=True), 1.5),
    ],
)
def test_what_is_sealed_can_be_opened(sealed: Envelope | Beat) -> None:
    assert open_envelope(sealed.seal()) == sealed


@pytest.mark.parametrize(
    "content",
    [
        None,
        3,
        b"{",
        b"[]",
        b'{"origin":"a"}',
        b'{"origin":"a","source":"b","message":{"type":"face"}}',
        b'{"origin":"a","source":"b","message":{"type":3,"data":1}}',
        b'{"origin":"a","source":3,"message":{"type":"face","data":1}}',
        b'{"origin":"a","clients":"many","sent":1.0}',
    ],
)
def test_nothing_else_can(content: object) -> None:
    assert open_envelope(content) is None


@given(st.binary())
def test_no_bytes_are_so_odd_that_they_do_harm(content: bytes) -> None:
    open_envelope(content)
