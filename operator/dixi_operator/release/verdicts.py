"""The checks of ``helm test``, in order: what was seen in, what is wrong out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dixi_operator.api.names import API_VERSION, PLURAL
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.lease import LEASE_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found of a release.

    ``served`` is whether the API server serves DixiInstall, ``lease`` the Lease of the replicas or None, ``answer``
    what is wrong with the operator's answer to /readyz, or an empty text.
    """

    served: bool
    elects: bool
    lease: Manifest | None
    answer: str
    now: datetime


def check_resource(seen: Seen) -> str:
    """The API server serves DixiInstall."""
    if seen.served:
        return ""
    return f"the API server has no {PLURAL} in {API_VERSION}; install the CRD (values: crds.install)"


def check_leader(seen: Seen) -> str:
    """A leader holds the Lease, and has renewed it in time."""
    if not seen.elects:
        return ""
    if seen.lease is None:
        return f"there is no Lease {LEASE_NAME}; the operator's log says why it could not create one"
    spec = seen.lease.get("spec") or {}
    if not spec.get("holderIdentity"):
        return f"nobody holds the Lease {LEASE_NAME}; the log of the operator's pods says what they wait for"
    renewed = datetime.fromisoformat(spec["renewTime"])
    end = renewed + timedelta(seconds=spec["leaseDurationSeconds"])
    if seen.now > end:
        late = (seen.now - end).total_seconds()
        return f"the Lease {LEASE_NAME} of {spec['holderIdentity']} ran out {late:.0f} s ago"
    return ""


def check_answer(seen: Seen) -> str:
    """The operator answers at its Service."""
    return seen.answer


CHECKS: Sequence[tuple[str, Callable[[Seen], str]]] = (
    (f"the API server serves {PLURAL}", check_resource),
    ("a leader holds the Lease, or none is needed", check_leader),
    ("the operator answers that it is ready", check_answer),
)


def judge(seen: Seen) -> dict[str, str]:
    """What is wrong by what is checked; an empty text where all is well."""
    return {what: check(seen) for what, check in CHECKS}
