"""Why an install is not Ready: an ordered list of named checks over what the install's document says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from dixi_operator.api.names import OPERATOR_NAME
from dixi_operator.api.types import Manifest
from dixi_operator.cli.advice import advise
from dixi_operator.health.conditions import name_condition
from dixi_operator.health.waves import WAITING_FOR

_WAITED_FOR = {reason.value: name_condition(wave) for wave, reason in WAITING_FOR.items()}
_NOT_SAID = "Unknown"

OPERATOR_COMMAND = f"kubectl -n dixi-system logs deployment/{OPERATOR_NAME}"


@dataclass(frozen=True, kw_only=True)
class Step:
    """The outcome of one check."""

    check: str
    """Name of the check: ``observed``, ``suspended``, or the type of a condition."""

    passed: bool
    reason: str
    """CamelCase; a member of ``Reason`` where the operator wrote it."""

    message: str
    since: str = ""
    """RFC 3339 time of the last change, or empty."""

    advice: str = ""
    """What to do, a sentence; empty when the check passed."""


def explain_install(install: Manifest) -> list[Step]:
    """Run every check; a status written by hand, with garbage in it, is read as far as it makes sense."""
    return [check_observed(install), check_suspended(install), *_check_conditions(install)]


def find_blocker(steps: list[Step]) -> Step | None:
    """Find the cause among the checks that failed; what follows it often heals with it.

    Where Ready waits for a component, that component is the cause. Where Ready has a reason of its own, such as a
    missing StorageClass, that is the cause, though components fail too. What comes before any condition comes first.
    """
    failed = {step.check: step for step in steps if not step.passed}
    ready = failed.get("Ready")
    cause = _WAITED_FOR.get(ready.reason, "Ready") if ready and ready.reason != _NOT_SAID else ""
    candidates = ("observed", "suspended", "Stalled", cause, *failed)
    return next((failed[check] for check in candidates if check in failed), None)


def check_observed(install: Manifest) -> Step:
    """Has the operator seen the document as it is now?"""
    generation = install["metadata"].get("generation")
    observed = _read_status(install).get("observedGeneration")
    if observed is not None and observed == generation:
        return Step(
            check="observed", passed=True, reason="Observed", message="The operator has seen the specification."
        )
    message = (
        "No operator has looked at this install yet."
        if observed is None
        else f"The operator has seen generation {observed} of the specification; the newest is {generation}."
    )
    advice = f"Wait a moment; if this stays, look whether the operator runs: {OPERATOR_COMMAND}"
    return Step(check="observed", passed=False, reason="NotObserved", message=message, advice=advice)


def check_suspended(install: Manifest) -> Step:
    """Is the operator allowed to act?"""
    name, spec = install["metadata"]["name"], install.get("spec")
    if isinstance(spec, dict) and spec.get("suspend") is True:
        advice = f"""kubectl patch dixi {name} --type merge -p '{{"spec":{{"suspend":false}}}}'"""
        message = "spec.suspend is true, so the operator changes nothing."
        return Step(check="suspended", passed=False, reason="Suspended", message=message, advice=advice)
    return Step(check="suspended", passed=True, reason="NotSuspended", message="The operator may act.")


def _check_conditions(install: Manifest) -> Iterator[Step]:
    conditions = read_conditions(install)
    order = {"Stalled": 0, "Reconciling": 2, "Ready": 3}
    for condition in sorted(conditions, key=lambda item: order.get(item["type"], 1)):
        if condition["type"] != "Reconciling":
            yield _check_condition(condition)
    if not any(condition["type"] == "Ready" for condition in conditions):
        message = "The install has no condition Ready yet."
        yield Step(check="Ready", passed=False, reason=_NOT_SAID, message=message, advice=OPERATOR_COMMAND)


def _check_condition(condition: Manifest) -> Step:
    passed = condition["status"] == ("False" if condition["type"] == "Stalled" else "True")
    reason = str(condition.get("reason", ""))
    return Step(
        check=condition["type"],
        passed=passed,
        reason=reason,
        message=str(condition.get("message", "")),
        since=str(condition.get("lastTransitionTime", "")),
        advice="" if passed else advise(reason),
    )


def read_conditions(install: Manifest) -> list[Manifest]:
    """Give the conditions that have a type and a status, in the order of the document."""
    conditions = _read_status(install).get("conditions")
    return [
        item
        for item in (conditions if isinstance(conditions, list) else ())
        if isinstance(item, dict) and isinstance(item.get("type"), str) and isinstance(item.get("status"), str)
    ]


def describe_steps(install: Manifest, steps: list[Step]) -> dict[str, Any]:
    """Give the explanation as JSON."""
    blocker = find_blocker(steps)
    return {
        "install": install["metadata"]["name"],
        "blocker": asdict(blocker) if blocker else None,
        "steps": [asdict(step) for step in steps],
    }


def _read_status(install: Manifest) -> Manifest:
    status = install.get("status")
    return status if isinstance(status, dict) else {}
