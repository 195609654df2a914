import pytest

from tests.perf.gateway.wrk import Answered, parse_wrk

REPORT = """Running 2s test @ http://127.0.0.1:3001/api/health
  2 threads and 400 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    49.13ms   12.00ms 101.00ms   80.00%
    Req/Sec     4.07k   500.00     5.00k    70.00%
  Latency Distribution
     50%   47.50ms
     75%   55.00ms
     90%   61.00ms
     99%    1.20s{space}
  16205 requests in 2.01s, 15.30MB read
""".format(space=" ")
RATE = "Requests/sec:   8062.19\nTransfer/sec:      7.61MB\n"


def test_a_report_is_read() -> None:
    assert parse_wrk(REPORT + RATE) == Answered(8062.19, p50=47.5, p99=1200.0, refused=0)


def test_answers_that_are_no_success_and_lost_sockets_are_refusals() -> None:
    lost = "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\n"
    assert parse_wrk(REPORT + lost + RATE).refused == 15


def test_anything_else_is_no_report() -> None:
    with pytest.raises(ValueError, match="no report of wrk: 'unable to connect'"):
        parse_wrk("unable to connect")
    with pytest.raises(ValueError, match="run it with --latency"):
        parse_wrk(RATE)
