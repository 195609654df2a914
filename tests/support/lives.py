"""Lets installs live through histories beside each other, and compares how each ends with a fresh apply."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import orjson

from dixi_operator.api.checks import read_install
from dixi_operator.api.names import LABEL_INSTANCE, LABEL_PART_OF
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client, connect
from dixi_operator.cluster.kinds import INSTALL, OPTIONAL, OWNED, Ref, ref_of
from dixi_operator.cluster.objects import KEPT
from dixi_operator.facts import Facts, StorageClass
from dixi_operator.plan import build_plan
from tests.faults.trial import compare, strip
from tests.support.histories import Change, Deletion, Edit, Rest, Restart, Step, Suspension
from tests.support.specs import Spec, describe
from tests.unit.operator.components.contexts import place

MANAGER = "somebody"
POLL_SECONDS = 0.2
PATIENCE_SECONDS = 90.0
FACTS = Facts(storage_classes=(StorageClass("standard", default=True),))
State = Mapping[str, Any]


@dataclass(slots=True)
class Keeper:
    """Keeps an operator running, and kills and starts it when told to; what it prints goes to ``log``."""

    environment: Mapping[str, str]
    log: Path
    _running: asyncio.subprocess.Process | None = field(default=None, init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def restart(self) -> None:
        """Kill the operator, if it runs, and start it."""
        async with self._turn:
            await self._end(signal.SIGKILL)
            with self.log.open("ab") as output:
                self._running = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "dixi_operator",
                    env={**os.environ, **self.environment},
                    stdout=output,
                    stderr=output,
                )

    async def stop(self) -> None:
        """End it for good."""
        async with self._turn:
            await self._end(signal.SIGTERM)

    def check(self) -> None:
        """AssertionError when the operator has ended by itself."""
        ended = self._running is not None and self._running.returncode is not None and not self._turn.locked()
        assert not ended, f"the operator has ended; its log: {self.log}"

    async def _end(self, number: signal.Signals) -> None:
        if self._running is not None and self._running.returncode is None:
            self._running.send_signal(number)
            await self._running.wait()


@dataclass(frozen=True, slots=True)
class Land:
    """Where installs live: the API server, seen directly, and the operator."""

    client: Client
    keeper: Keeper

    async def live(self, name: str, history: list[Step]) -> list[str]:
        """Live through a history; returns how the end differs from that of a fresh apply."""
        fresh = f"{name}-fresh"
        try:
            spec: Spec = {}
            for step in history:
                spec = step.spec if isinstance(step, Edit) else spec
                await self._take(name, step, spec)
            await self._write(name, spec)
            await self._write(fresh, spec)
            return await self._compare(name, fresh, spec)
        finally:
            for install in (name, fresh):
                await self.client.delete(INSTALL.path(name=install))

    async def _take(self, name: str, step: Step, spec: Spec) -> None:
        match step:
            case Edit():
                await self._write(name, spec)
            case Suspension():
                await self._write(name, {**spec, "suspend": True})
            case Deletion(number):
                if (victim := await self._choose(name, number)) is not None:
                    await self.client.delete(ref_of(victim).path)
            case Change(number):
                if (victim := await self._choose(name, number)) is not None:
                    await self._change(victim)
            case Restart():
                await self.keeper.restart()
            case Rest():
                await self._rest(name, spec)

    async def _write(self, name: str, spec: Spec) -> None:
        document = describe({**spec, "namespace": {**spec.get("namespace", {}), "name": name}}, name)
        await self.client.apply(INSTALL.path(name=name), document, manager=MANAGER)

    async def _choose(self, name: str, number: int) -> Manifest | None:
        found = await self._list(name)
        candidates = [
            item for ref, item in sorted(found.items()) if ref.kind not in {"Namespace", "PersistentVolumeClaim"}
        ]
        return candidates[number % len(candidates)] if candidates else None

    async def _change(self, victim: Manifest) -> None:
        """Take a label and, where there is one, a value of ours away from the operator."""
        patch: dict[str, Any] = {"metadata": {"labels": {LABEL_PART_OF: MANAGER}}}
        match victim["kind"]:
            case "ConfigMap":
                patch["data"] = {"LOG_LEVEL": "changed by hand"}
            case "Service":
                patch["spec"] = {"selector": {"app": MANAGER}}
            case "Deployment":
                patch["spec"] = {"progressDeadlineSeconds": 77, "revisionHistoryLimit": 1}
        await self.client.merge(ref_of(victim).path, patch, manager=MANAGER)

    async def _rest(self, name: str, spec: Spec) -> None:
        deadline = monotonic() + PATIENCE_SECONDS
        while not await self._has_carried_out(name, spec):
            self.keeper.check()
            assert monotonic() < deadline, f"{name}: not carried out within {PATIENCE_SECONDS:g} s"
            await asyncio.sleep(POLL_SECONDS)

    async def _has_carried_out(self, name: str, spec: Spec) -> bool:
        install = await self.client.get(INSTALL.path(name=name))
        if (install.get("status") or {}).get("observedGeneration") != install["metadata"]["generation"]:
            return False
        return install["spec"]["suspend"] or not self._miss(name, spec, await self._list(name))

    async def _compare(self, name: str, fresh: str, spec: Spec) -> list[str]:
        deadline = monotonic() + PATIENCE_SECONDS
        while True:
            differences = [
                *self._miss(name, spec, await self._list(name)),
                *compare(await self._read(fresh, spec), await self._read(name, spec)),
            ]
            self.keeper.check()
            if not differences or monotonic() > deadline:
                return differences
            await asyncio.sleep(POLL_SECONDS)

    def _miss(self, name: str, spec: Spec, found: Mapping[Ref, Manifest]) -> list[str]:
        """What should be there and is not, and the other way round; what holds data may outlive its use."""
        wanted = _plan(name, spec).keys()
        surplus = [ref for ref in found.keys() - wanted if ref.kind not in KEPT]
        return [f"{ref} is missing" for ref in wanted - found.keys()] + [f"{ref} is too much" for ref in surplus]

    async def _read(self, name: str, spec: Spec) -> State:
        """The objects that the install is to consist of, without what differs between two of the same kind."""
        wanted, found = _plan(name, spec), await self._list(name)
        objects = {str(ref): _strip(found[ref], manifest) for ref, manifest in wanted.items() if ref in found}
        install = await self.client.get(INSTALL.path(name=name))
        text = orjson.dumps(objects).decode().replace(install["metadata"]["uid"], "UID").replace(name, "NAME")
        state: State = orjson.loads(text)
        return state

    async def _list(self, name: str) -> dict[Ref, Manifest]:
        kinds = [kind for kind in OWNED if kind.name not in OPTIONAL]
        pages = await asyncio.gather(
            *(
                self.client.list(kind, name if kind.namespaced else None, selector=f"{LABEL_INSTANCE}={name}")
                for kind in kinds
            )
        )
        return {ref_of(item): item for items, _ in pages for item in items}


@asynccontextmanager
async def open_land(kubeconfig: str, gateway: str, log: Path) -> AsyncIterator[Land]:
    """Connect, and run an operator while the block does."""
    environment = {
        "KUBECONFIG": kubeconfig,
        "DIXI_LEADER_ELECTION": "false",
        "DIXI_HTTP_PORT": "0",
        "DIXI_PROBE_URL": gateway,
        "DIXI_VISION_URL": "",
        "DIXI_BACKEND_URL": "",
        "DIXI_NAMESPACE": "default",
    }
    keeper = Keeper(environment, log)
    async with await connect(kubeconfig) as client:
        await keeper.restart()
        try:
            yield Land(client, keeper)
        finally:
            await keeper.stop()


def _plan(name: str, spec: Spec) -> dict[Ref, Manifest]:
    document = describe({**spec, "namespace": {**spec.get("namespace", {}), "name": name}}, name)
    return {ref_of(item.manifest): item.manifest for item in build_plan(place(read_install(document), FACTS)).items}


def _strip(live: Manifest, wanted: Manifest) -> Manifest:
    """An object without what others than the operator have decided.

    Of what was created once, fields that somebody had changed since are owned by apply and not by that creation.
    """
    stripped = strip(live)
    managed = stripped["metadata"]["managed"]
    stripped["metadata"]["managed"] = {key: managed[key] for key in managed if not key.startswith("Update")}
    if wanted["kind"] == "Deployment" and "replicas" not in wanted["spec"]:
        stripped["spec"] = {key: value for key, value in stripped["spec"].items() if key != "replicas"}
    if wanted["kind"] == "Service":
        ports = [{key: value for key, value in port.items() if key != "nodePort"} for port in stripped["spec"]["ports"]]
        stripped["spec"] = {**stripped["spec"], "ports": ports}
    return stripped
