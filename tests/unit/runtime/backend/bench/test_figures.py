import math

import pytest

from dixi_runtime.backend.bench.figures import Deliveries, quantiles, tabulate


def test_the_figures_are_those_of_the_last_client_to_get_each_message() -> None:
    deliveries = Deliveries(sent={1: 10.0, 2: 20.0})
    for number, moment in [(1, 10.001), (1, 10.003), (2, 20.001), (2, 20.002)]:
        deliveries.note(number, moment)
    found = deliveries.summarise(clients=2, closed=0)
    assert deliveries.is_complete(2)
    assert (found.published, found.delivered_share) == (2, 1.0)
    assert [found.p50, found.p99] == pytest.approx([2.0, 3.0])


def test_a_message_that_somebody_did_not_get_lowers_the_share_and_has_no_delay() -> None:
    deliveries = Deliveries(sent={1: 10.0})
    deliveries.note(1, 10.5)
    found = deliveries.summarise(clients=2, closed=1)
    assert not deliveries.is_complete(2)
    assert found.delivered_share == 0.5
    assert math.isnan(found.p50)


def test_a_message_of_somebody_else_is_not_counted() -> None:
    deliveries = Deliveries(sent={1: 10.0})
    deliveries.note(7, 10.5)
    assert deliveries.count == {}


def test_a_quantile_is_one_of_the_values() -> None:
    assert quantiles(list(range(1, 101))) == [50, 95, 99]
    assert quantiles([7]) == [7, 7, 7]


def test_a_table_is_markdown() -> None:
    assert tabulate([{"a": "1", "b": "2"}]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
