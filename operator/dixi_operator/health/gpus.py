"""What the status says of the GPUs of an install."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dixi_operator.api.gpu import GpuSpec
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import OLLAMA, VISION
from dixi_operator.api.status import GpuStatus
from dixi_operator.facts import Facts
from dixi_operator.gpu.choice import Before, Choice, Mode
from dixi_operator.health.conditions import format_time
from dixi_operator.health.memory import read_gpus


def read_before(previous: Mapping[str, Any]) -> dict[str, Before]:
    """What was chosen the last time, by component, as far as the status can be believed."""
    return {
        component: Before(
            mode=Mode(item.mode), reason=item.reason, message=item.message, since=datetime.fromisoformat(item.since)
        )
        for component, item in read_gpus(previous).items()
    }


def list_gpus(
    install: DixiInstall, facts: Facts, delegates: Mapping[str, str], previous: Mapping[str, Any], now: datetime
) -> tuple[GpuStatus, ...]:
    """One entry a component that asks for a GPU; ``delegates`` is what its pods say that they compute on."""
    before = read_gpus(previous)
    return tuple(
        _describe(install, facts, component, choice, delegates.get(component, ""), before.get(component), now)
        for component, choice in facts.choices.items()
    )


def _describe(
    install: DixiInstall,
    facts: Facts,
    component: str,
    choice: Choice,
    delegate: str,
    before: GpuStatus | None,
    now: datetime,
) -> GpuStatus:
    gpu: GpuSpec = {VISION: install.spec.vision.gpu, OLLAMA: install.spec.ollama.gpu}[component]
    unchanged = before is not None and (before.mode, before.reason) == (choice.mode, choice.reason)
    pods = facts.gpus.list_pods(install.namespace, component)
    return GpuStatus(
        component=component,
        mode=choice.mode.value,
        reason=choice.reason.value,
        message=choice.message,
        since=before.since if before and unchanged else format_time(now),
        resource=gpu.device_class or gpu.resource,
        nodes=tuple(sorted({pod.node for pod in pods if pod.uses_gpu and pod.node and not pod.leaving})),
        delegate=delegate,
        rollout=choice.rollout.value if choice.rollout else "",
        rollout_message=choice.rollout_message,
    )
