"""Quantities are compared by what they stand for, not by how they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dixi_operator.api.quantities import parse_quantity


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1", 1),
        ("0.5", Decimal("0.5")),
        ("500m", Decimal("0.5")),
        ("1k", 1000),
        ("1Ki", 1024),
        ("1M", 10**6),
        ("1.5Gi", 3 * 2**29),
        ("2T", 2 * 10**12),
        ("1Pi", 2**50),
        ("2Ei", 2**61),
        ("3E", 3 * 10**18),
        ("1e3", 1000),
        ("250u", Decimal("0.00025")),
    ],
)
def test_a_quantity_stands_for_an_exact_amount(text: str, amount: Decimal) -> None:
    assert parse_quantity(text) == amount
