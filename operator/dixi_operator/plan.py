"""From an install and facts about its cluster to an ordered plan of objects."""

from __future__ import annotations

from dataclasses import dataclass

from dixi_operator.api.findings import Finding
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.types import Manifest
from dixi_operator.components.context import Context
from dixi_operator.facts import Facts


@dataclass(frozen=True, slots=True)
class Item:
    """One object of a plan; with ``create_only``, its values are made once and never rewritten."""

    manifest: Manifest
    create_only: bool = False


@dataclass(frozen=True, slots=True)
class Wave:
    """Objects that are applied together, once every wave named in ``after`` is healthy."""

    name: str
    items: tuple[Item, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Waves in an order in which each comes behind those it waits for; empty waves are left out."""

    waves: tuple[Wave, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every object, in order."""
        return tuple(item for wave in self.waves for item in wave.items)

    @property
    def revision(self) -> str:
        """A digest of everything but values made once: equal revisions mean equal objects."""
        raise NotImplementedError


def build_plan(context: Context) -> Plan:
    """Everything the install consists of."""
    raise NotImplementedError


def check_plan(install: DixiInstall, facts: Facts) -> list[Finding]:
    """What stands between the install and its cluster, most important first."""
    raise NotImplementedError
