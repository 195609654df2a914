"""One install brought about, and then edited, by an operator that is disturbed; and what it is compared with.

A trial has an install, a namespace and a Lease of its own, and its operator sees nothing else of the cluster, so many
trials run at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from time import monotonic
from typing import Any

import orjson

from dixi_operator.api.names import ANNOTATION_APPLIED, CONFIG_MAP, FIELD_MANAGER, LABEL_INSTANCE
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client, connect
from dixi_operator.cluster.kinds import INSTALL, OPTIONAL, OWNED, Ref, ref_of
from tests.support.proxy import Call, Injection, Proxy, Upstream

MANAGER = "trial"
STEPS: tuple[Mapping[str, Any], ...] = (
    {
        "profile": "dev",
        "ollama": {"enabled": False},
        "redis": {"storage": {"ephemeral": True}},
    },
    {
        "profile": "dev",
        "ollama": {"enabled": False},
        "redis": {"enabled": False},
        "config": {"logLevel": "debug"},
    },
)
"""Specifications one after the other: the second takes objects away, changes one, and rolls pods."""

REVISIONS = ("lastAppliedRevision", "lastAttemptedRevision")
POLL_SECONDS = 0.2
WRITTEN_BY_OTHERS = ("kubectl.kubernetes.io/", "deployment.kubernetes.io/", "autoscaling.alpha.kubernetes.io/")
GIVEN_BY_THE_SERVER = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "nodePort", "healthCheckNodePort")

Choose = Callable[[Call], Injection]
State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """What trials share: the API server, seen directly, and a gateway that answers."""

    upstream: Upstream
    direct: Client
    gateway: str


@asynccontextmanager
async def open_world(kubeconfig: str, gateway: str) -> AsyncIterator[World]:
    """Connect to the cluster of ``kubeconfig``."""
    async with Upstream.of(kubeconfig) as upstream, await connect(kubeconfig) as direct:
        yield World(upstream, direct, gateway)


Operate = Callable[[str], Awaitable[str]]
"""Runs an operator with a kubeconfig until it ends by itself; returns how it ended."""


@dataclass(slots=True)
class Trial:
    """One run.

    ``berth`` is the namespace of the operator, where its Lease is; trials may use one after the other. ``states`` are
    what stood after each step, ``deaths`` how the operator ended when nobody told it to.
    """

    world: World
    name: str
    berth: str
    states: list[State] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    seconds: float = 0.0

    async def run(self, choose: Choose, operate: Operate, wanted: Sequence[State] = (), *, patience: float) -> None:
        """Go through the steps with an operator that is run again whenever it ends, as a kubelet would.

        ``wanted`` is what must stand after each step; without it, whatever stands once the install is Ready is right.
        Raises AssertionError when a step takes longer than ``patience`` seconds.
        """
        started = monotonic()
        async with self.room(), Proxy(self.world.upstream, choose=choose, scope=self.name) as proxy:
            self.calls = proxy.calls
            operator = asyncio.create_task(self._keep_running(operate, proxy.kubeconfig), name=f"operator {self.name}")
            try:
                for spec, state in zip_longest(STEPS, wanted):
                    self.states.append(await self.take_step(spec, state, patience=patience))
            finally:
                self.seconds = monotonic() - started
                operator.cancel()
                await asyncio.gather(operator, return_exceptions=True)

    @asynccontextmanager
    async def room(self) -> AsyncIterator[None]:
        """The namespace of the operator, which stays, and the install, which is told to go when the block ends."""
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.berth}}
        await self.world.direct.apply(ref_of(namespace).path, namespace, manager=MANAGER)
        try:
            yield
        finally:
            await self.world.direct.delete(INSTALL.path(name=self.name))

    async def _keep_running(self, operate: Operate, kubeconfig: str) -> None:
        while True:
            self.deaths.append(await operate(kubeconfig))

    async def take_step(self, spec: Mapping[str, Any], wanted: State | None = None, *, patience: float) -> State:
        """Apply a specification, wait until the install is Ready and as ``wanted``, and return how it stands."""
        document = {
            "apiVersion": INSTALL.api_version,
            "kind": INSTALL.name,
            "metadata": {"name": self.name},
            "spec": {**spec, "namespace": {"name": self.name}},
        }
        await self.world.direct.apply(INSTALL.path(name=self.name), document, manager=MANAGER)
        return await self._settle(wanted, patience)

    async def see_repair(self, seconds: float) -> None:
        """Change a value by hand and wait until it is put back, at most ``seconds``."""
        path = Ref("v1", "ConfigMap", self.name, CONFIG_MAP).path
        right = (await self.world.direct.get(path))["data"]["LOG_LEVEL"]
        await self.world.direct.merge(path, {"data": {"LOG_LEVEL": "changed by hand"}}, manager=MANAGER)
        deadline = monotonic() + seconds
        while (await self.world.direct.get(path))["data"]["LOG_LEVEL"] != right:
            assert monotonic() < deadline, f"{self.name}: not put back within {seconds:g} s"
            await asyncio.sleep(0.05)

    async def _settle(self, wanted: State | None, patience: float) -> State:
        deadline = monotonic() + patience
        state: State = {}
        while True:
            install = await self.world.direct.get(INSTALL.path(name=self.name))
            if is_ready(install):
                state = await self.read_state()
                if wanted in (None, state):
                    return state
            if monotonic() > deadline:
                wrong = compare(wanted, state) if state else describe_conditions(install.get("status") or {})
                raise AssertionError(f"not right after {patience:g} s: {wrong}")
            await asyncio.sleep(POLL_SECONDS)

    async def read_state(self) -> State:
        """Every object of the install and the conditions of the install, without what differs from run to run."""
        selector = f"{LABEL_INSTANCE}={self.name}"
        kinds = [kind for kind in OWNED if kind.name not in OPTIONAL]
        pages = await asyncio.gather(*(self.world.direct.list(kind, selector=selector) for kind in kinds))
        objects = [strip(item) for items, _ in pages for item in items]
        install = await self.world.direct.get(INSTALL.path(name=self.name))
        state = {str(ref_of(item)): item for item in objects} | {"status": strip_status(install["status"])}
        text = orjson.dumps(state).decode()
        for own, common in ((install["metadata"]["uid"], "UID"), (self.name, "TRIAL"), (self.berth, "BERTH")):
            text = text.replace(own, common)
        renamed: State = orjson.loads(text)
        return renamed


def is_ready(install: Manifest) -> bool:
    """Whether the install is Ready for its specification as it stands."""
    ready = [item for item in (install.get("status") or {}).get("conditions", ()) if item["type"] == "Ready"]
    return any(
        item["status"] == "True" and item["observedGeneration"] == install["metadata"]["generation"] for item in ready
    )


def strip(item: Manifest) -> Manifest:
    """An object as it was wanted: no status, nothing that the server numbers or dates, of Secrets only the keys."""
    metadata = item["metadata"]
    annotations = {
        key: "" if key == ANNOTATION_APPLIED else value
        for key, value in (metadata.get("annotations") or {}).items()
        if not key.startswith(WRITTEN_BY_OTHERS)
    }
    owners = [f"{owner['kind']} {owner['name']}" for owner in metadata.get("ownerReferences") or ()]
    kept = {key: metadata[key] for key in ("name", "namespace", "labels", "finalizers") if key in metadata}
    rest = {key: value for key, value in item.items() if key not in {"metadata", "status"}}
    if item["kind"] == "Secret":
        rest["data"] = sorted(item.get("data") or {})
    if item["kind"] == "Service":
        rest["spec"] = {key: value for key, value in item["spec"].items() if key not in GIVEN_BY_THE_SERVER}
    managed = {
        f"{entry['operation']} {entry.get('subresource', '')}": entry["fieldsV1"]
        for entry in metadata.get("managedFields") or ()
        if entry["manager"] == FIELD_MANAGER
    }
    return {
        **rest,
        "metadata": {**kept, "annotations": annotations, "owners": owners, "managed": managed},
        "deleting": "deletionTimestamp" in metadata,
    }


def strip_status(status: Manifest) -> Manifest:
    """A status without times and history; of revisions, which depend on the uid, whether they agree."""
    conditions = describe_conditions(status)
    known = {key: value for key, value in status.items() if key not in {"history", *REVISIONS}}
    return {**known, "conditions": conditions, "revisions": len({status.get(name) for name in REVISIONS})}


def describe_conditions(status: Manifest) -> Mapping[str, str]:
    """Conditions by type, as text without times."""
    return {
        item["type"]: f"{item['status']} {item['reason']} at {item['observedGeneration']}: {item['message']}"
        for item in status.get("conditions") or ()
    }


def compare(wanted: Any, found: Any, path: str = "") -> list[str]:
    """Where two states differ, one line each."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [
            line
            for key in sorted(wanted.keys() | found.keys())
            for line in compare(wanted.get(key), found.get(key), f"{path}/{key}")
        ]
    return [] if wanted == found else [f"{path}: {found!r} instead of {wanted!r}"]
