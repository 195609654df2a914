from __future__ import annotations

from pathlib import Path

from dixi_runtime.vision.inference.messages import Orders


def test_orders_survive_the_command_line() -> None:
    orders = Orders(Path("/models with spaces"), 1, "lite", "gpu", 640, ())
    assert Orders.decode(orders.encode()) == orders
