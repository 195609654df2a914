"""What the jobs of a Helm release are told by their environment."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class OnInstalls(StrEnum):
    """What to do about installs before the operator is uninstalled; keeping them needs no job at all."""

    DELETE = "Delete"
    REFUSE = "Refuse"


class CheckSettings(BaseSettings):
    """Environment variables of ``dixi-operator check``, all prefixed with `DIXI_`."""

    model_config = SettingsConfigDict(env_prefix="DIXI_", frozen=True, use_attribute_docstrings=True)

    namespace: str = "dixi-system"
    """Namespace the operator runs in."""

    leader_election: bool = True
    """Whether there has to be a leader that holds the Lease."""

    operator_url: str = "http://dixi-operator-metrics.{namespace}.svc:8080/readyz"
    """Where the operator says that it is ready; `{namespace}` is filled in."""

    check_seconds: float = Field(default=30, gt=0)
    """How long the checks are repeated until all are well."""


class FarewellSettings(BaseSettings):
    """Environment variables of ``dixi-operator uninstall``, all prefixed with `DIXI_`."""

    model_config = SettingsConfigDict(env_prefix="DIXI_", frozen=True, use_attribute_docstrings=True)

    on_installs: OnInstalls = OnInstalls.REFUSE
    """What to do about installs: Delete or Refuse."""
