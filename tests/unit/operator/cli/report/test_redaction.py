from __future__ import annotations

from base64 import b64encode
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.cli.report.redaction import REDACTED, Redactor, list_values

NOTHING_KNOWN = Redactor(())
short = st.text(max_size=20)


def encode(value: str) -> str:
    return b64encode(value.encode()).decode()


@pytest.mark.parametrize(
    ("text", "kept", "lost"),
    [
        ("Authorization: Bearer abcdef123456", "Authorization", "abcdef123456"),
        ("token is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "token is", "eyJhbGci"),
        ("redis://default:hunter2@redis:6379/0", "@redis:6379/0", "hunter2"),
        ("redis://:hunter2@redis:6379/0", "@redis:6379/0", "hunter2"),
        ("identity AGE-SECRET-KEY-1QQQQ read", "identity", "1QQQQ"),
        ("a -----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY----- b", " b", "MIIB"),
        ("a -----BEGIN PRIVATE KEY-----\nMIIB", "a ", "MIIB"),
        ("GET /ws?api_key=s3cr3t&room=1", "room=1", "s3cr3t"),
        ('{"password": "hunter2 and more", "user": "me"}', '"user": "me"', "hunter2"),
        ("X-API-Key: abc123", "X-API-Key", "abc123"),
        ("AWS_SECRET_ACCESS_KEY=abc/def", "AWS_SECRET", "abc/def"),
    ],
)
def test_what_looks_like_a_secret_goes_and_its_surroundings_stay(text: str, kept: str, lost: str) -> None:
    redacted = NOTHING_KNOWN.redact_text(text)
    assert kept in redacted
    assert lost not in redacted
    assert REDACTED in redacted


@pytest.mark.parametrize(
    "text",
    ["GET /api/health/ready 200 in 3 ms", "Secret wall/dixi-secrets", "http://backend.wall.svc:3001/api", "key=value"],
)
def test_ordinary_lines_stay_whole(text: str) -> None:
    assert NOTHING_KNOWN.redact_text(text) == text


def test_redacting_twice_changes_nothing_more() -> None:
    once = NOTHING_KNOWN.redact_text("password=hunter2 Bearer abcdef123 redis://:pw@host")
    assert NOTHING_KNOWN.redact_text(once) == once


@given(
    st.text(st.characters(blacklist_categories=["Cs"]), min_size=6, max_size=40),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_a_value_of_a_secret_turns_up_nowhere(value: str, before: str, after: str) -> None:
    secret = {"kind": "Secret", "data": {"k": encode(value)}}
    redactor = Redactor(list_values([secret]))
    if value not in REDACTED and REDACTED not in value:
        remains = redactor.redact_text(f"{before}{value}{after}").replace(REDACTED, "\0")
        assert value not in remains
        assert encode(value) not in redactor.redact_known(encode(value))


def test_values_within_a_login_for_a_registry_are_known_too() -> None:
    login = orjson.dumps({"auths": {"example.com": {"username": "robot-1", "password": "hunter2-hunter2"}}}).decode()
    redactor = Redactor(list_values([{"data": {".dockerconfigjson": encode(login)}}]))
    assert "hunter2-hunter2" not in redactor.redact_known("pull failed: hunter2-hunter2")


def test_what_is_no_text_or_no_base64_is_taken_as_it_is_stored() -> None:
    assert list(
        list_values([{"data": {"a": "not base64!", "b": b64encode(b"\xff\xfe").decode()}}, {"data": None}])
    ) == [
        "not base64!",
        "//4=",
    ]


def test_a_secret_keeps_its_keys_and_loses_its_values() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"api-key": encode("hunter2")}}
    assert NOTHING_KNOWN.redact_manifest(secret)["data"] == {"api-key": "<redacted, 12 characters as stored>"}


def test_variables_with_a_telling_name_lose_their_value_and_references_stay() -> None:
    env = [
        {"name": "REDIS_PASSWORD", "value": "hunter2"},
        {"name": "LOG_LEVEL", "value": "info"},
        {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "dixi-secrets", "key": "api-key"}}},
    ]
    pod: dict[str, Any] = {"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"env": env}]}}
    shown = NOTHING_KNOWN.redact_manifest({**pod, "spec": {**pod["spec"], "automountServiceAccountToken": False}})
    assert shown["spec"]["containers"][0]["env"] == [{"name": "REDIS_PASSWORD", "value": REDACTED}, *env[1:]]
    assert shown["spec"]["automountServiceAccountToken"] is False


def test_keys_of_a_config_map_with_a_telling_name_lose_their_value() -> None:
    config = {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"DB_PASSWORD": "hunter2", "LOG_LEVEL": "info"}}
    assert NOTHING_KNOWN.redact_manifest(config)["data"] == {"DB_PASSWORD": REDACTED, "LOG_LEVEL": "info"}


def test_what_kubectl_keeps_of_the_last_apply_is_dropped_with_the_managed_fields() -> None:
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"k":"hunter2"}}', "other": "x"}
    manifest = {"kind": "Secret", "metadata": {"name": "s", "annotations": annotations, "managedFields": [{}]}}
    assert NOTHING_KNOWN.redact_manifest(manifest)["metadata"] == {"name": "s", "annotations": {"other": "x"}}
