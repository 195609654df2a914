"""Cron lines as the API server takes them.

https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAYS = "sun|mon|tue|wed|thu|fri|sat"
_VALUES = (
    r"[0-5]?[0-9]",
    r"([01]?[0-9]|2[0-3])",
    r"(0?[1-9]|[12][0-9]|3[01])",
    rf"(0?[1-9]|1[0-2]|(?i:{_MONTHS}))",
    rf"([0-6]|(?i:{_DAYS}))",
)
_NUMBERS = {name: number for number, name in enumerate(_DAYS.split("|"))}
_NUMBERS |= {name: number for number, name in enumerate(_MONTHS.split("|"), start=1)}
_RANGE = re.compile(r"([0-9A-Za-z]+)-([0-9A-Za-z]+)")


def _build_field(value: str) -> str:
    item = rf"([*?]|{value}(-{value})?)(/[1-9][0-9]{{0,2}})?"
    return rf"{item}(,{item})*"


def check_ranges(line: str) -> str:
    """The same line; ValueError when a range in it ends before it begins."""
    for match in _RANGE.finditer(line):
        first, last = (_NUMBERS[end.lower()] if end.isalpha() else int(end) for end in match.groups())
        if first > last:
            raise ValueError(f"the range {match[0]} ends before it begins")
    return line


Schedule = Annotated[
    str,
    Field(
        pattern=rf"^(@(hourly|daily|weekly|monthly)|{' '.join(_build_field(value) for value in _VALUES)})$",
        max_length=100,
    ),
    AfterValidator(check_ranges),
]
"""Five fields of values, ranges, steps and lists of these, or a named period."""
