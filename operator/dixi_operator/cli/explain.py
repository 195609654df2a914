"""Why an install is not Ready: an ordered list of named checks over its document and what was seen of its cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dixi_operator.api.names import OPERATOR_NAME
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.cli.advice import advise
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.find import CAUSES
from dixi_operator.health.conditions import name_condition
from dixi_operator.health.waves import WAITING_FOR

_WAITED_FOR = {reason.value: name_condition(wave) for wave, reason in WAITING_FOR.items()}
_NOT_SAID = "Unknown"
_HARMLESS = frozenset({"GpuAllocated", "Autoscaled"})
"""Conditions that an install can do without; where it cannot, its component is not ready."""

_SEEN_TOO = CAUSES | {
    Reason.ROLLOUT_STUCK,
    Reason.VOLUME_LOST,
    Reason.GATEWAY_UNREACHABLE,
    Reason.GATEWAY_UNPROBED,
    Reason.PROGRESSING,
}
"""Reasons of Ready that what is seen in the cluster explains further."""

OPERATOR_COMMAND = f"kubectl -n dixi-system logs deployment/{OPERATOR_NAME}"


@dataclass(frozen=True, kw_only=True)
class Step:
    """The outcome of one check."""

    check: str
    """Name of the check: ``observed``, ``suspended``, the type of a condition, or what was looked at in the cluster."""

    passed: bool
    reason: str
    """CamelCase; a member of ``Reason`` where the operator or the cluster is to blame."""

    message: str
    object: str = ""
    """Kind and name of the object to look at, or empty."""

    quote: str = ""
    """What the cluster itself says, or empty."""

    since: str = ""
    """RFC 3339 time of the last change, or empty."""

    advice: str = ""
    """What to do, a sentence; empty when the check passed."""

    seen: bool = False
    """Whether this was read off the cluster, and not from the install's document."""

    blocks: bool = True
    """Whether it keeps the install from being Ready when it fails."""


def explain_install(install: Manifest, causes: Sequence[Cause] = ()) -> list[Step]:
    """Run every check; a status written by hand, with garbage in it, is read as far as it makes sense.

    ``causes`` are those found in the cluster, the root first.
    """
    document = [check_observed(install), check_suspended(install)]
    conditions = list(_check_conditions(install))
    stalled = [step for step in conditions if step.check == "Stalled"]
    others = [step for step in conditions if step.check != "Stalled"]
    return [*document, *stalled, *(_tell(cause) for cause in causes), *others]


def find_blocker(steps: Sequence[Step]) -> Step | None:
    """Find the cause among the checks that failed; what follows it often heals with it.

    Where Ready waits for a component, what was seen of that component in the cluster is the cause, or else its
    condition. Where Ready has a reason of its own, such as a missing StorageClass, that is the cause, though components
    fail too. What comes before any condition comes first.
    """
    failed = [step for step in steps if not step.passed and step.blocks]
    said = {step.check: step for step in failed if not step.seen}
    first = next((said[check] for check in ("observed", "suspended", "Stalled") if check in said), None)
    if first or "Ready" not in said:
        return first
    ready = said["Ready"]
    waited_for = _WAITED_FOR.get(ready.reason)
    if not waited_for and ready.reason not in {_NOT_SAID, *_SEEN_TOO}:
        return ready
    seen = [step for step in failed if step.seen]
    named = [said[check] for check in (waited_for, "Ready") if check in said and ready.reason != _NOT_SAID]
    return next(iter([*seen, *named, *failed]))


def find_warnings(steps: Sequence[Step]) -> list[Step]:
    """What was seen of the cluster that does not work, and what an install that is Ready lacks all the same."""
    is_ready = any(step.check == "Ready" and step.passed for step in steps)
    return [step for step in steps if not step.passed and (step.seen or (is_ready and not step.blocks))]


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
        blocks=condition["type"] not in _HARMLESS,
    )


def read_conditions(install: Manifest) -> list[Manifest]:
    """Give the conditions that have a type and a status, in the order of the document."""
    conditions = _read_status(install).get("conditions")
    return [
        item
        for item in (conditions if isinstance(conditions, list) else ())
        if isinstance(item, dict) and isinstance(item.get("type"), str) and isinstance(item.get("status"), str)
    ]


def describe_steps(install: Manifest, steps: list[Step], unread: Sequence[str] = ()) -> dict[str, Any]:
    """Give the explanation as JSON; ``unread`` is what could not be looked at."""
    blocker = find_blocker(steps)
    return {
        "install": install["metadata"]["name"],
        "blocker": asdict(blocker) if blocker else None,
        "warnings": [asdict(step) for step in find_warnings(steps) if step != blocker],
        "unread": list(unread),
        "steps": [asdict(step) for step in steps],
    }


def _tell(cause: Cause) -> Step:
    return Step(
        check=f"{cause.component} {cause.check}".strip(),
        passed=False,
        reason=cause.reason,
        message=cause.message,
        object=cause.object,
        quote=cause.quote,
        since=cause.since,
        advice=cause.advice,
        seen=True,
        blocks=cause.blocks,
    )


def _read_status(install: Manifest) -> Manifest:
    status = install.get("status")
    return status if isinstance(status, dict) else {}
