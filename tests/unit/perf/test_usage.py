"""What /proc says of a process."""

from __future__ import annotations

import os

from tests.perf.usage import parse_cpu, parse_memory, read_usage

STATUS = "Name:\tpython\nVmHWM:\t   20480 kB\nVmRSS:\t   10240 kB\n"
STAT = "7 (a) b (c)) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 1 0 100 1 1"


def test_memory_is_given_in_mib() -> None:
    assert parse_memory(STATUS) == (10, 20)


def test_cpu_time_is_that_of_the_user_and_of_the_system_whatever_the_name_holds() -> None:
    assert parse_cpu(STAT, ticks=100) == 2


def test_a_process_can_read_of_itself() -> None:
    usage = read_usage(os.getpid())
    assert 0 < usage.rss_mib <= usage.peak_mib
    assert usage.cpu_seconds > 0
