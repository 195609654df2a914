from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.cluster.deletion_costs import choose_cost


def test_a_pod_without_clients_costs_what_one_without_the_annotation_does() -> None:
    assert choose_cost(0) == 0


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_of_two_pods_the_one_with_fewer_clients_never_costs_more(few: int, many: int) -> None:
    few, many = sorted((few, many))
    assert choose_cost(few) <= choose_cost(many)
    assert choose_cost(2 * many) == choose_cost(many) + (many > 0)
