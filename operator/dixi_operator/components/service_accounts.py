"""One ServiceAccount a component, none of which gets a token unless its pods ask for one."""

from __future__ import annotations

from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.components.metadata import build_metadata


def build_service_account(context: Context, component: str) -> Manifest:
    """The ServiceAccount of a component, named after it."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": build_metadata(context, component, component),
        "automountServiceAccountToken": False,
    }
