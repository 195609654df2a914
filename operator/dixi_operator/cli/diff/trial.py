"""Tries an install against the cluster, without changing anything."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from dixi_operator.api.checks import check_spec
from dixi_operator.api.findings import Finding, Severity
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import FIELD_MANAGER, LABEL_INSTANCE
from dixi_operator.api.types import Manifest
from dixi_operator.cli.diff.difference import Change, Difference, compare, compare_pruned
from dixi_operator.cli.diff.intent import complement_secret, reduce_manifest
from dixi_operator.cli.diff.refusal import ANEW, explain_refusal
from dixi_operator.cli.operators import Operator
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import OWNED, Kind, Ref, ref_of
from dixi_operator.cluster.objects import KEPT, OWNED_SELECTOR
from dixi_operator.cluster.observe import Surroundings
from dixi_operator.cluster.refusals import is_beyond_repair
from dixi_operator.cluster.sightings import see
from dixi_operator.components.context import Context, read_images, resolve_images
from dixi_operator.errors import ApiError
from dixi_operator.facts import Facts
from dixi_operator.minting import mint
from dixi_operator.plan import Item, build_plan
from dixi_operator.preflight import check_plan

MADE_ONCE = "made once, at random"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the operator would make of one install."""

    install: str
    differences: tuple[Difference, ...]
    blocked: tuple[str, ...] = ()
    """Why it would do nothing of all this."""

    notes: tuple[str, ...] = field(default=())

    @property
    def differs(self) -> bool:
        """Whether anything would change, or be refused."""
        return bool(self.blocked) or any(item.change is not Change.UNCHANGED for item in self.differences)

    def describe(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "install": self.install,
            "differs": self.differs,
            "blocked": self.blocked,
            "notes": self.notes,
            "objects": [item.describe() for item in self.differences],
        }


async def try_install(client: Client, install: DixiInstall, operator: Operator, salt: bytes) -> Trial:
    """Try every object of an install by server-side dry run, and find what would be pruned."""
    facts = await Surroundings(client, operator.namespace, monotonic).observe(install, {})
    findings = [*check_spec(install), *check_plan(install, facts)]
    images = resolve_images(install.spec, read_images(operator.settings))
    items = build_plan(Context(install=install, facts=facts, images=images, minted=mint())).items
    tried = await asyncio.gather(*(_try(client, item, install, facts, salt) for item in items))
    pruned = await _find_pruned(client, install, {ref_of(item.manifest) for item in items}, salt)
    suspended = (f"spec.suspend is true: nothing happens until dixi resume {install.name}",)
    return Trial(
        install=install.name,
        differences=(*tried, *pruned),
        blocked=_tell(findings, Severity.TERMINAL, Severity.WAITING),
        notes=(
            *operator.notes,
            *(suspended if install.spec.suspend else ()),
            *_tell(findings, Severity.NOTE),
        ),
    )


async def _try(client: Client, item: Item, install: DixiInstall, facts: Facts, salt: bytes) -> Difference:
    ref, live, wanted = ref_of(item.manifest), None, item.manifest
    try:
        live = await client.find(ref.path)
        intended = _intend(item, live, install)
        if live is not None and is_beyond_repair(item.manifest, live):
            message = f"{ref} has no address of its own, and cannot get one; {ANEW}"
            return Difference(object=str(ref), change=Change.RECREATED, message=message)
        if intended is None or (live is None and (item.create_only or _has_no_place(ref, facts))):
            return compare(str(ref), live, intended or live or {}, salt, install.name)
        wanted = intended
        merged = await client.apply(ref.path, wanted, manager=FIELD_MANAGER, dry_run=True)
    except ApiError as error:
        return explain_refusal(ref, wanted, live, error)
    return compare(str(ref), live, merged, salt, install.name)


def _intend(item: Item, live: Manifest | None, install: DixiInstall) -> Manifest | None:
    """What the operator would send; None for an object that it leaves as it is."""
    manifest = item.manifest
    if live is not None:
        return (
            complement_secret(manifest, live)
            if item.create_only
            else reduce_manifest(manifest, live, install.spec.drift)
        )
    if item.create_only:
        return {**manifest, "stringData": dict.fromkeys(manifest.get("stringData", {}), MADE_ONCE)}
    return manifest


def _has_no_place(ref: Ref, facts: Facts) -> bool:
    # The API server refuses to try an object in a namespace that is only about to be made.
    return bool(ref.namespace) and facts.namespace is None


async def _find_pruned(client: Client, install: DixiInstall, wanted: set[Ref], salt: bytes) -> list[Difference]:
    found = await asyncio.gather(*(_list_owned(client, kind, install) for kind in OWNED if kind.name not in KEPT))
    surplus = [ref for refs in found for ref in refs if ref not in wanted]
    lives = await asyncio.gather(*(client.find(ref.path) for ref in surplus))
    return [compare_pruned(str(ref), live, salt) for ref, live in zip(surplus, lives, strict=True) if live is not None]


async def _list_owned(client: Client, kind: Kind, install: DixiInstall) -> list[Ref]:
    """The objects of a kind that the operator would prune if the plan did not name them."""
    selector = f"{OWNED_SELECTOR},{LABEL_INSTANCE}={install.name}"
    namespace = install.namespace if kind.namespaced else None
    try:
        items, _ = await client.list(kind, namespace, selector=selector, metadata_only=True)
    except ApiError as error:
        if error.status == 404:
            return []
        raise
    sightings = [see(kind, item) for item in items if "deletionTimestamp" not in item["metadata"]]
    return [sighting.ref for sighting in sightings if sighting.owned is not None]


def _tell(findings: Iterable[Finding], *severities: Severity) -> tuple[str, ...]:
    return tuple(str(finding) for finding in findings if finding.severity in severities)
