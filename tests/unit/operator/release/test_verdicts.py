"""What ``helm test`` says of a release."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dixi_operator.release.verdicts import Seen, judge

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SPEC = {"holderIdentity": "operator-1", "leaseDurationSeconds": 15}


def hold(seconds_ago: float) -> dict[str, object]:
    renewed = (NOW - timedelta(seconds=seconds_ago)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {"spec": {**SPEC, "renewTime": renewed}}


WELL = Seen(served=True, elects=True, lease=hold(10), answer="", now=NOW)


def list_problems(seen: Seen) -> list[str]:
    return [problem for problem in judge(seen).values() if problem]


def test_a_release_that_works_passes_every_check() -> None:
    assert len(judge(WELL)) == 3
    assert list_problems(WELL) == []


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        (replace(WELL, served=False), "install the CRD"),
        (replace(WELL, lease=None), "there is no Lease dixi-operator"),
        (replace(WELL, lease={"spec": {"holderIdentity": None}}), "nobody holds the Lease"),
        (replace(WELL, lease={}), "nobody holds the Lease"),
        (replace(WELL, lease=hold(20)), "the Lease dixi-operator of operator-1 ran out 5 s ago"),
        (replace(WELL, answer="no answer"), "no answer"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(seen: Seen, sentence: str) -> None:
    (problem,) = list_problems(seen)
    assert sentence in problem


def test_a_single_replica_without_election_needs_no_lease() -> None:
    assert list_problems(replace(WELL, elects=False, lease=None)) == []
