"""A drift says what was changed, by whom and since when."""

from __future__ import annotations

from typing import Any

from dixi_operator.drift.report import describe_drifts, find_manager, list_changed

WANTED: dict[str, Any] = {
    "kind": "Deployment",
    "metadata": {"name": "backend", "labels": {"a": "1", "b": "2"}},
    "spec": {"replicas": 2},
}


def live(**parts: Any) -> dict[str, Any]:
    entries = [
        {"manager": "dixi-operator", "operation": "Apply", "fieldsV1": {"f:metadata": {"f:labels": {"f:a": {}}}}},
        {
            "manager": "kubectl-edit",
            "operation": "Update",
            "time": "2026-11-25T10:00:00Z",
            "fieldsV1": {"f:spec": {"f:replicas": {}}},
        },
    ]
    return {"metadata": {"managedFields": entries, "labels": {"a": "1", "b": "2"}}, **parts}


def test_a_changed_value_names_its_writer() -> None:
    (drift,) = describe_drifts(WANTED, live(spec={"replicas": 5}), [("spec", "replicas")])
    assert str(drift) == "Deployment backend: /spec/replicas is 5 (kubectl-edit, 2026-11-25T10:00:00Z), not 2"


def test_a_removed_value_has_no_writer() -> None:
    removed = live(spec={})
    del removed["metadata"]["managedFields"][1]
    (drift,) = describe_drifts(WANTED, removed, [("spec", "replicas")])
    assert str(drift) == "Deployment backend: /spec/replicas was removed, not 2"


def test_of_a_map_that_was_taken_as_a_whole_only_what_differs_is_told() -> None:
    changed = live(spec={"replicas": 2})
    changed["metadata"]["labels"] = {"a": "1", "b": "3"}
    assert [drift.path for drift in describe_drifts(WANTED, changed, [("metadata", "labels")])] == [
        ("metadata", "labels", "b")
    ]


def test_a_long_value_is_cut() -> None:
    (drift,) = describe_drifts(WANTED, live(spec={"replicas": "x" * 500}), [("spec", "replicas")])
    assert len(str(drift)) < 200


def test_the_latest_writer_owns_a_field_and_we_are_not_one() -> None:
    both = live(spec={"replicas": 5})
    later = {**both["metadata"]["managedFields"][1], "manager": "later", "time": "2026-11-25T11:00:00Z"}
    both["metadata"]["managedFields"].append(later)
    assert find_manager(both, ("spec", "replicas")) == ("later", "2026-11-25T11:00:00Z")
    assert find_manager(both, ("metadata", "labels", "a")) == ("", "")


def test_a_field_counts_as_changed_when_it_is_there_and_somebody_elses() -> None:
    paths = [("spec", "replicas"), ("metadata", "labels", "a")]
    assert list_changed(live(spec={"replicas": 5}), paths) == (("spec", "replicas"),)
    assert list_changed(live(spec={}), paths) == ()
