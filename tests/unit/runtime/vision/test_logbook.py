from __future__ import annotations

import logging
import re

import pytest

from dixi_runtime.vision.logbook import LINES, LONGEST, LogBook


def test_the_last_hundred_lines_are_kept_with_their_time() -> None:
    book, logger = LogBook(), logging.getLogger("dixi_runtime.test_logbook")
    with book.attached(logger.name):
        for number in range(LINES + 20):
            logger.error("line %d", number)
    logger.error("after")
    lines = book.lines()
    assert len(lines) == LINES
    assert re.fullmatch(r"\[\d\d:\d\d:\d\d\] line 20", lines[0])
    assert lines[-1].endswith("line 119")


def test_a_message_is_one_line_of_bounded_length() -> None:
    book, logger = LogBook(), logging.getLogger("dixi_runtime.test_logbook")
    with book.attached(logger.name):
        logger.error("first\nsecond\t%s", "x" * 10_000)
    (line,) = book.lines()
    assert line[11:].startswith("first second xxx")
    assert len(line) == 11 + LONGEST


def test_a_message_that_does_not_fit_its_arguments_costs_nobody_else_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    book, logger = LogBook(), logging.getLogger("dixi_runtime.test_logbook")
    record = logger.makeRecord(logger.name, logging.ERROR, "", 0, "%d hands", ("two",), None)
    with book.attached(logger.name):
        book.handle(record)
        logger.error("after")
    assert [line[11:] for line in book.lines()] == ["after"]
    assert "%d hands" in capsys.readouterr().err
