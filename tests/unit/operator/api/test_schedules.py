"""Backups have the schedules that a CronJob has."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from dixi_operator.api.schedules import Schedule

SCHEDULES: TypeAdapter[str] = TypeAdapter(Schedule)


@pytest.mark.parametrize(
    "line",
    [
        "@daily",
        "* * * * *",
        "0 3 * * *",
        "*/5 0-23/2 1,15 jan-MAR mon-fri",
        "59 23 31 12 6",
        "? ? ? ? ?",
        "0 0 1 dec-12 *",
    ],
)
def test_a_cron_line_is_taken_as_it_is(line: str) -> None:
    assert SCHEDULES.validate_python(line) == line


@pytest.mark.parametrize(
    "line",
    ["", "now", "@reboot", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
     "* * * * 7", "*/0 * * * *", "5-3 * * * *", "* * * mar-jan *", "* * * * fri-mon", "1,,2 * * * *", "*  * * * *"],
)  # fmt: skip
def test_a_line_that_no_cron_job_takes_is_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        SCHEDULES.validate_python(line)
