from __future__ import annotations

import logging
import re

from dixi_runtime.vision.logbook import LINES, LogBook


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
