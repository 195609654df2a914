"""Network cameras that speak HTTP: an endless multipart of JPEG pictures, or one picture an answer."""

from __future__ import annotations

import time
from collections import deque

import httpx

from ..errors import SourceError
from .address import Address
from .base import Image
from .live import Feed, LiveSource, Terms
from .multipart import PartReader, find_boundary
from .pixels import MAX_BYTES, decode_jpeg

ANSWER_SECONDS = 3.0
"""To connect, and then for each answer or piece of one."""
_REDIRECTS = 3
_ACCEPTED = "multipart/x-mixed-replace, image/jpeg"


class MultipartFeed(Feed[bytes]):
    """An open multipart answer; takes client and answer over."""

    def __init__(self, address: Address, client: httpx.Client, response: httpx.Response, boundary: bytes) -> None:
        self._name = address.name
        self._client = client
        self._response = response
        self._pieces = response.iter_raw()
        self._reader = PartReader(boundary, MAX_BYTES)
        self._parts: deque[bytes] = deque()

    def receive(self) -> bytes | None:
        """The next part; None when the last piece completed none."""
        if not self._parts:
            try:
                self._parts.extend(self._reader.feed(next(self._pieces)))
            except StopIteration:
                raise SourceError(f"{self._name}: the camera has ended its video.") from None
            except httpx.HTTPError as error:
                raise SourceError(f"{self._name}: the video broke off ({_describe(error)}).") from error
        return self._parts.popleft() if self._parts else None

    def decode(self, item: bytes) -> Image:
        """The part as RGB."""
        return decode_jpeg(item)

    def close(self) -> None:
        """Ends the connection."""
        self._response.close()
        self._client.close()


class SnapshotFeed(Feed[bytes]):
    """An address that answers with the picture of now; takes the client over."""

    def __init__(self, address: Address, client: httpx.Client, period: float) -> None:
        """`period` is the time from one request to the next, in seconds."""
        self._address = address
        self._client = client
        self._period = period
        self._asked = time.monotonic() - period

    def receive(self) -> bytes | None:
        """The picture of now, when it is time to ask for one."""
        time.sleep(max(0.0, self._asked + self._period - time.monotonic()))
        self._asked = time.monotonic()
        response = _ask(self._client, self._address)
        try:
            return _read_picture(self._address, response)
        finally:
            response.close()

    def decode(self, item: bytes) -> Image:
        """The picture as RGB."""
        return decode_jpeg(item)

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()


def open_web(address: Address, terms: Terms) -> LiveSource[bytes]:
    """The camera at an http:// or https:// URL; SourceError when it does not answer with pictures."""
    client = httpx.Client(
        timeout=ANSWER_SECONDS,
        follow_redirects=True,
        max_redirects=_REDIRECTS,
        trust_env=False,  # a camera is on the local network, whatever proxy the environment names
        headers={"Accept": _ACCEPTED, "Accept-Encoding": "identity"},
    )
    try:
        feed = _choose_feed(address, client, terms)
    except SourceError:
        client.close()
        raise
    return LiveSource(address.name, feed, terms)


def _choose_feed(address: Address, client: httpx.Client, terms: Terms) -> Feed[bytes]:
    response = _ask(client, address)
    content_type = response.headers.get("content-type", "")
    boundary = find_boundary(content_type)
    if boundary is not None:
        return MultipartFeed(address, client, response, boundary)
    response.close()
    if content_type.partition(";")[0].strip().lower() in ("image/jpeg", "image/jpg"):
        return SnapshotFeed(address, client, 1 / terms.fps)
    raise SourceError(
        f"VISION_SOURCE={address.name}: answers with `{content_type or 'no Content-Type'}`; expected "
        "`multipart/x-mixed-replace; boundary=...` or `image/jpeg`. Give the URL of the video itself, not of its page."
    )


def _ask(client: httpx.Client, address: Address) -> httpx.Response:
    try:
        response = client.send(client.build_request("GET", address.target), stream=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceError(f"VISION_SOURCE={address.name}: no answer ({_describe(error)}).") from error
    if response.status_code == httpx.codes.OK:
        return response
    response.close()
    hint = " Put user and password into the URL." if response.status_code == httpx.codes.UNAUTHORIZED else ""
    raise SourceError(f"VISION_SOURCE={address.name}: answers HTTP {response.status_code}.{hint}")


def _read_picture(address: Address, response: httpx.Response) -> bytes:
    picture = bytearray()
    started = time.monotonic()
    try:
        for piece in response.iter_raw():
            picture += piece
            if len(picture) > MAX_BYTES or time.monotonic() - started > ANSWER_SECONDS:
                raise SourceError(
                    f"{address.name}: the picture has more than {MAX_BYTES} bytes or takes over {ANSWER_SECONDS:g} s."
                )
    except httpx.HTTPError as error:
        raise SourceError(f"{address.name}: the picture broke off ({_describe(error)}).") from error
    return bytes(picture)


def _describe(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()
