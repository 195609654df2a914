"""Figures follow from the records, and from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.perf.audit import HARNESS, Record
from tests.perf.figures import Mark, measure_pace, pair_edits, pair_repairs, quantile

OPERATOR, CONTROLLERS = "dixi-operator", "kube-controller-manager/v1 (linux/amd64) system:serviceaccount:deployment"


def record(agent: str, verb: str, path: str, at: float, *, took: float = 0.5, code: int = 200) -> Record:
    """A record about ``namespace/resource/name/subresource``; the namespace may be empty."""
    namespace, resource, name, subresource = (*path.split("/"), "", "")[:4]
    return Record(at, at + took, verb, agent, resource, namespace, name, subresource, code)


CONVERGED = [
    record(OPERATOR, "create", "default/events/early", 5, code=201),
    record(HARNESS, "create", "/dixiinstalls/", 10, code=201),
    record(OPERATOR, "get", "/dixiinstalls/wall", 10.5),
    record(OPERATOR, "patch", "/namespaces/wall", 11, code=201),
    record(OPERATOR, "patch", "wall/deployments/backend", 13.5, code=201),
    record(OPERATOR, "patch", "wall/services/backend", 15, code=409),
    record(OPERATOR, "create", "default/events/a", 17, code=201),
    record(OPERATOR, "update", "default/leases/dixi-operator", 17),
    record(CONTROLLERS, "update", "wall/deployments/backend/status", 19.5),
    record(OPERATOR, "patch", "/dixiinstalls/wall/status", 21.5),
]


def test_seconds_count_from_the_first_install() -> None:
    pace = measure_pace(CONVERGED)
    assert (pace.objects, pace.objects_seconds, pace.objects_a_second) == (2, 4, 0.5)
    assert (pace.available_seconds, pace.ready_seconds) == (10, 12)


def test_requests_are_counted_without_the_lease() -> None:
    pace = measure_pace(CONVERGED)
    assert (pace.writes, pace.reads) == (5, 1)
    assert pace.requests["patch services"] == 1
    assert pace.requests["patch dixiinstalls/status"] == 1


def test_who_writes_no_status_has_no_time_of_being_ready() -> None:
    assert measure_pace(CONVERGED[:-1]).ready_seconds is None


def test_a_run_in_which_nothing_was_made_is_no_result() -> None:
    with pytest.raises(ValueError, match="no object"):
        measure_pace(CONVERGED[:3])


def test_an_edit_is_paired_with_the_first_write_for_its_install() -> None:
    records = [
        record(HARNESS, "patch", "/dixiinstalls/one", 1),
        record(OPERATOR, "patch", "two/services/backend", 1.1),
        record(CONTROLLERS, "update", "one/deployments/backend/status", 1.2),
        record(OPERATOR, "get", "/dixiinstalls/one", 1.25),
        record(OPERATOR, "patch", "one/configmaps/dixi-config", 1.5),
        record(HARNESS, "get", "/dixiinstalls/one", 1.6),
        record(HARNESS, "patch", "/dixiinstalls/two", 2),
        record(OPERATOR, "patch", "/dixiinstalls/two/status", 2.25),
    ]
    marks = [Mark("one", "dixiinstalls", "one"), Mark("two", "dixiinstalls", "two")]
    assert pair_edits(records, marks) == [0.5, 0.25]


def test_a_repair_lasts_until_the_write_of_that_object_is_answered() -> None:
    records = [
        record(HARNESS, "patch", "one/services/backend", 1),
        record(OPERATOR, "patch", "one/services/redis", 1.1),
        record(OPERATOR, "patch", "one/services/backend", 1.25, took=0.5),
    ]
    assert pair_repairs(records, [Mark("one", "services", "backend")]) == [0.75]


def test_an_edit_that_left_no_record_is_noticed() -> None:
    with pytest.raises(ValueError, match="zip"):
        pair_edits([], [Mark("one", "dixiinstalls", "one")])


@given(st.lists(st.floats(0, 10), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_one_of_the_values_and_covers_its_share(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)


def test_there_is_no_quantile_of_nothing() -> None:
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)
