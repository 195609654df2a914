"""What the operator would make of a dry run that the API server refuses."""

from __future__ import annotations

from dixi_operator.api.types import Manifest
from dixi_operator.cli.diff.difference import Change, Difference
from dixi_operator.cluster.kinds import Ref
from dixi_operator.cluster.refusals import FIXED, Remedy, is_ours, judge_refusal
from dixi_operator.errors import ApiError

ANEW = "it is deleted and made anew"


def explain_refusal(ref: Ref, wanted: Manifest, live: Manifest | None, error: ApiError) -> Difference:
    """Refused for good, made anew, or changed after all, because the operator then replaces lists whole."""
    label, details = str(ref), "; ".join(error.causes) or error.message
    refusal = judge_refusal(ref, error)
    if refusal is not None and refusal.remedy is Remedy.RECREATE and live is not None:
        if is_ours(wanted, live):
            return Difference(object=label, change=Change.RECREATED, message=f"{refusal.message}; {ANEW}")
        message = f"{refusal.message}; somebody else has made it: delete it, and the operator makes it as it should be"
        return Difference(object=label, change=Change.REFUSED, message=message)
    is_fixed = any(phrase in details for phrase in FIXED)
    if refusal is None and error.status == 422 and live is not None and "spec" in wanted and not is_fixed:
        message = f"lists that others have added to are replaced whole, because of: {details}"
        return Difference(object=label, change=Change.CHANGED, message=message)
    return Difference(object=label, change=Change.REFUSED, message=refusal.message if refusal else details)
