import io
import logging
from collections.abc import Iterator

import orjson
import pytest

from tests.unit.runtime.captured import captured_logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    with captured_logs("info") as written:
        yield written


def test_a_line_is_one_json_object_with_its_extra_fields(stream: io.StringIO) -> None:
    logging.getLogger("dixi").info("Pulled %d.", 3, extra={"model": "tiny"})
    line = orjson.loads(stream.getvalue())
    assert line["message"] == "Pulled 3."
    assert (line["level"], line["role"], line["logger"], line["model"]) == ("info", "backend", "dixi", "tiny")


def test_an_exception_stays_on_its_line(stream: io.StringIO) -> None:
    try:
        raise ValueError("bad")
    except ValueError:
        logging.getLogger("dixi").exception("Failed.")
    assert "ValueError: bad" in orjson.loads(stream.getvalue())["exception"]


def test_uvicorn_goes_the_same_way_and_says_nothing_about_single_requests(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info('"WebSocket /?token=secret" [accepted]')
    logging.getLogger("uvicorn.access").info("GET /")
    logging.getLogger("uvicorn.error").error("Broken.")
    assert orjson.loads(stream.getvalue())["message"] == "Broken."
