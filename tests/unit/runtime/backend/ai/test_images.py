import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.ai.images import LARGEST_IMAGE, decode_image, name_type

JPEG = b"\xff\xd8\xff\xe0 the rest"
PNG = b"\x89PNG\r\n\x1a\n the rest"
WEBP = b"RIFF\x00\x00\x00\x00WEBP the rest"


def encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(("content", "kind"), [(JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp")])
def test_the_known_kinds_are_taken(content: bytes, kind: str) -> None:
    assert decode_image(encode(content)) == content
    assert name_type(content) == kind


def test_a_data_url_is_taken() -> None:
    assert decode_image(f"data:image/png;base64,{encode(PNG)}") == PNG


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be a JPEG, PNG or WebP"),
        ("no base64!", "must be base64"),
        (encode(b"<svg>"), "must be a JPEG, PNG or WebP"),
        (encode(b"GIF89a"), "must be a JPEG, PNG or WebP"),
        ("data:text/html,<b>", "must be base64"),
        (encode(JPEG) + "é", "must be base64"),
    ],
)
def test_what_is_no_image_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode_image(text)


def test_the_largest_image_is_taken_and_one_byte_more_is_not() -> None:
    largest = JPEG + bytes(LARGEST_IMAGE - len(JPEG))
    assert decode_image(encode(largest)) == largest
    with pytest.raises(ValueError, match="at most 5242880 bytes"):
        decode_image(encode(largest + bytes(3)))


@given(st.text(max_size=60))
def test_any_text_that_is_no_image_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"^The image must"):
        decode_image(text)


@given(st.binary(max_size=60))
def test_any_bytes_behind_a_head_come_back_as_they_were(tail: bytes) -> None:
    assert decode_image(encode(JPEG + tail)) == JPEG + tail
