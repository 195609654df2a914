"""``python -m tests.perf.mjpeg``: our reader of MJPEG video beside OpenCV's FFmpeg, on the same video over loopback.

Each frame carries its number as black and white blocks, so that both are timed from when it is sent.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from statistics import quantiles

import cv2
import numpy as np

from dixi_runtime.vision.sources.address import parse_address
from dixi_runtime.vision.sources.base import FrameSource, Image
from dixi_runtime.vision.sources.capture import CaptureFeed
from dixi_runtime.vision.sources.live import LiveSource, Terms
from dixi_runtime.vision.sources.web import open_web
from tests.unit.runtime.vision.sources.cameras import answer, encode, part, plugged_in

FRAMES = 240
WARM_UP = 30
BITS = 16
BLOCK = 16
TERMS = Terms(60, lambda fault: None)


def main(arguments: list[str]) -> None:
    """Serve, or measure four times each way."""
    if arguments:
        serve(sized=arguments[0] == "sized")
        return
    for form in ("sized", "delimited"):
        for reader in ("ours", "FFmpeg", "ours", "FFmpeg"):
            sys.stdout.write(f"{form:9} {reader:6} {measure(form, reader)}\n")
            sys.stdout.flush()


def serve(*, sized: bool) -> None:
    """A camera at 640 x 480, about 30 frames a second; prints its port, then each frame's number and moment."""
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), np.uint8)
    picture: Image = cv2.GaussianBlur(noise, (9, 9), 0)

    def pieces() -> Iterator[bytes]:
        yield answer("multipart/x-mixed-replace; boundary=frame")
        for number in count():
            piece = part(encode(mark(picture.copy(), number)), sized=sized)
            say(f"{number} {time.monotonic()}")
            yield piece

    with plugged_in(pieces) as camera:
        say(str(camera.port))
        sys.stdin.read()


def measure(form: str, reader: str) -> str:
    """CPU time a frame, and how long after it is sent a frame is there as pixels."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.perf.mjpeg", form], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/video"
        with open_reader(reader, url) as source:
            seen, cpu = read(source)
        sent = dict(line.split() for line in server.communicate("")[0].splitlines())
    delays = [1000 * (moment - float(sent[str(number)])) for number, moment in seen]
    cuts = quantiles(delays, n=100)
    return f"{1000 * cpu / len(seen):.2f} ms CPU a frame, delay p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms"


def open_reader(reader: str, url: str) -> FrameSource:
    """The camera through our reader, or through FFmpeg."""
    if reader == "ours":
        return open_web(parse_address(url), TERMS)
    return LiveSource(url, CaptureFeed(url, cv2.VideoCapture(url, cv2.CAP_FFMPEG)), TERMS)


def read(source: FrameSource) -> tuple[list[tuple[int, float]], float]:
    """Number and moment of each frame after the first WARM_UP, and the CPU time of this process for them in s."""
    seen: list[tuple[int, float]] = []
    started = 0.0
    while len(seen) < FRAMES:
        frame = source.read(time.monotonic())
        if frame is not None:
            seen.append((unmark(frame.image), time.monotonic()))
            if len(seen) == WARM_UP:
                started = time.process_time()
    return seen[WARM_UP:], time.process_time() - started


def mark(image: Image, number: int) -> Image:
    """The image with its number in the top row of blocks."""
    for bit in range(BITS):
        image[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 255 if number >> bit & 1 else 0
    return image


def unmark(image: Image) -> int:
    """The number in the image."""
    return sum(1 << bit for bit in range(BITS) if image[BLOCK // 2, bit * BLOCK + BLOCK // 2].mean() > 128)


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
