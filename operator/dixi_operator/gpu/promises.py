"""GPUs that installs were told to take and do not hold yet.

Installs that prefer a GPU would otherwise all go for the one that is free: each would get some of its pods there, none
all of them, and all would go back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import OLLAMA, VISION
from dixi_operator.api.reasons import Reason
from dixi_operator.gpu.choice import Choice, Mode
from dixi_operator.gpu.inventory import GpuFacts


class Promises:
    """Remembers them for one process; an operator that starts finds the pods that the last one had made."""

    def __init__(self) -> None:
        self._promised: dict[str, Mapping[str, int]] = {}

    def list_others(self, install: str) -> dict[str, int]:
        """What is promised to other installs, by extended resource."""
        total: Counter[str] = Counter()
        for name, amounts in self._promised.items():
            if name != install:
                total.update(amounts)
        return dict(total)

    def note(self, install: DixiInstall, facts: GpuFacts, choices: Mapping[str, Choice]) -> None:
        """Take down what the install has just been told to take, in place of what it was told before."""
        amounts = count_outstanding(install, facts, choices)
        if amounts:
            self._promised[install.name] = amounts
        else:
            self._promised.pop(install.name, None)

    def forget(self, install: str) -> None:
        """Drop what was promised to an install that is gone."""
        self._promised.pop(install, None)


def count_outstanding(install: DixiInstall, facts: GpuFacts, choices: Mapping[str, Choice]) -> dict[str, int]:
    """What pods that are starting have still to get, by extended resource; claims of devices are not counted."""
    specs = {VISION: (install.spec.vision.gpu, install.spec.vision_least), OLLAMA: (install.spec.ollama.gpu, 1)}
    outstanding: Counter[str] = Counter()
    for component, choice in choices.items():
        spec, replicas = specs[component]
        if choice.mode is not Mode.GPU or choice.reason is not Reason.PROGRESSING or spec.device_class:
            continue
        pods = facts.list_pods(install.namespace, component)
        held = sum(pod.wants.get(spec.resource, 0) for pod in pods if pod.node)
        outstanding[spec.resource] += max(0, replicas * spec.count - held)
    return {resource: amount for resource, amount in outstanding.items() if amount}
