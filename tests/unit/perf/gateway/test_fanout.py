from dixi_runtime.backend.bench.figures import FanoutFigures
from tests.perf.gateway.fanout import Round, describe_memory, summarise


def measured(share: float, p95: float, rss: float) -> Round:
    return Round(FanoutFigures(10, 100, share, 1.0, p95, 9.0, closed=1), cpu=0.5, rss_mib=rss)


def test_a_row_has_the_medians_but_the_least_share_and_all_that_were_closed() -> None:
    row = summarise("ours", 10, [measured(1.0, 5.0, 80), measured(0.5, 7.0, 90), measured(1.0, 6.0, 85)])
    assert (row["delivered"], row["p95, ms"], row["RSS, MiB"], row["closed"]) == ("50.00%", "6.0", "85", "3")


def test_memory_is_described_by_its_beginning_and_its_end() -> None:
    assert describe_memory([100, 100, 101, 105, 110]) == (
        "RSS in MiB: first fifth 100.0, middle 101.0, last 110.0 (+10.0%); least 100.0, most 110.0"
    )
