"""A change that was refused once, and then written around what others might have added, leaves nothing behind."""

from __future__ import annotations

from dataclasses import dataclass

import uvloop
from aiohttp import web

from tests.faults.operators import Inside, describe_settings
from tests.faults.trial import Trial, compare, open_world
from tests.support.fake import Api
from tests.support.faults import Fault, refuse
from tests.support.proxy import Call, Exchange, Injection, leave_alone

PATIENCE = 60.0


@dataclass(slots=True)
class Refusal:
    """Refuses the second apply of one object as invalid."""

    path: str
    applies: int = 0

    def choose(self, call: Call) -> Injection:
        """How to answer ``call``."""
        if call.method != "PATCH" or not call.path.endswith(self.path):
            return Exchange.relay
        self.applies += 1
        return self._refuse if self.applies == 2 else Exchange.relay

    async def _refuse(self, _: Exchange) -> web.StreamResponse:
        return refuse(Fault.INVALID)


def test_an_object_whose_change_was_refused_once_ends_up_owned_as_any_other(api: Api, gateway: str) -> None:
    refusal = Refusal("/deployments/vision")

    async def run() -> list[list[str]]:
        async with open_world(api.kubeconfig, f"{gateway}/api/health/ready") as world:
            undisturbed, refused = Trial(world, "welcome", "berth-welcome"), Trial(world, "refused", "berth-refused")
            await undisturbed.run(leave_alone, Inside(describe_settings(undisturbed)), patience=PATIENCE)
            await refused.run(refusal.choose, Inside(describe_settings(refused)), patience=PATIENCE)
            return [compare(*states) for states in zip(undisturbed.states, refused.states, strict=True)]

    assert uvloop.run(run()) == [[], []]
    assert refusal.applies > 2
