"""Installs as the API server would give them."""

from __future__ import annotations

from hypothesis.strategies import SearchStrategy

from dixi_operator.api.install import DixiInstall
from tests.support.specs import Spec, valid_specs

UID = "11111111-2222-3333-4444-555555555555"

specs: SearchStrategy[Spec] = valid_specs()


def read_install(spec: Spec, *, name: str = "dixi", uid: str = UID) -> DixiInstall:
    """An install of that specification."""
    return DixiInstall.model_validate({"metadata": {"name": name, "uid": uid, "generation": 3}, "spec": spec})


valid_installs: SearchStrategy[DixiInstall] = specs.map(read_install)
