"""The audit log is read as it is written by the API server."""

from __future__ import annotations

import json
from pathlib import Path

from tests.perf.audit import parse_audit, read_audit


def write_line(**changes: object) -> bytes:
    event = {
        "stage": "ResponseComplete",
        "requestReceivedTimestamp": "2026-01-02T03:04:05.000000Z",
        "stageTimestamp": "2026-01-02T03:04:05.250000Z",
        "verb": "patch",
        "userAgent": "dixi-operator",
        "objectRef": {"resource": "services", "namespace": "wall", "name": "backend"},
        "responseStatus": {"code": 201},
    }
    return json.dumps(event | changes).encode()


def test_a_line_becomes_a_record() -> None:
    (record,) = parse_audit([write_line()])
    assert record.answered - record.received == 0.25
    assert (record.verb, record.resource, record.namespace, record.name) == ("patch", "services", "wall", "backend")
    assert record.is_measured
    assert record.has_created


def test_requests_that_are_not_answered_yet_are_left_out() -> None:
    assert list(parse_audit([write_line(stage="ResponseStarted"), write_line()[:-20]])) == []


def test_only_contestants_are_measured() -> None:
    agents = ["kube-controller-manager/v1", "kubectl/v1", "kwok/v1", "dixi-perf", "dixi-operator", "dixi-rival/v0"]
    records = parse_audit(write_line(userAgent=agent) for agent in agents)
    assert [record.agent for record in records if record.is_measured] == ["dixi-operator", "dixi-rival/v0"]


def test_reading_and_keeping_the_lease_are_no_writes() -> None:
    lease = {"resource": "leases", "namespace": "default", "name": "dixi-operator"}
    records = parse_audit([write_line(verb="list"), write_line(verb="watch"), write_line(objectRef=lease)])
    assert not any(record.is_write for record in records)


def test_a_request_about_nothing_in_particular_has_no_names() -> None:
    (record,) = parse_audit([write_line(objectRef=None, responseStatus=None, verb="get")])
    assert (record.resource, record.code) == ("", 0)


def test_an_install_is_concerned_by_itself_and_by_its_namespace() -> None:
    install = {"resource": "dixiinstalls", "name": "wall", "subresource": "status"}
    records = list(parse_audit([write_line(), write_line(objectRef=install)]))
    assert all(record.concerns("wall") for record in records)
    assert not any(record.concerns("wal") for record in records)


def test_rotated_files_are_read_too_in_the_order_of_arrival(tmp_path: Path) -> None:
    early, late = "2026-01-02T03:04:01.000000Z", "2026-01-02T03:04:02.000000Z"
    (tmp_path / "audit.log").write_bytes(write_line(requestReceivedTimestamp=late, verb="get") + b"\n")
    (tmp_path / "audit-2026-01-02T03-04-01.500.log").write_bytes(write_line(requestReceivedTimestamp=early) + b"\n")
    (tmp_path / "kwok.log").write_bytes(b"not an audit log")
    assert [record.verb for record in read_audit(tmp_path)] == ["patch", "get"]
