"""Bad input is told apart by the path of its field and a sentence that says what was expected."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dixi_operator.api.checks import check_spec, explain_validation
from dixi_operator.api.findings import Finding, Severity, pick
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.reasons import Reason
from tests.unit.operator.api.specs import read_install


def explain(document: object) -> list[Finding]:
    with pytest.raises(ValidationError) as caught:
        DixiInstall.model_validate(document)
    return explain_validation(caught.value)


@pytest.mark.parametrize(
    ("spec", "field", "sentence"),
    [
        ({"bogus": 1}, "spec.bogus", "there is no such field"),
        ({"vision": {"fpss": 3}}, "spec.vision.fpss", "there is no such field"),
        ({"vision": {"fps": 0}}, "spec.vision.fps", "greater than or equal to 1; it is 0"),
        ({"vision": {"fps": "fast"}}, "spec.vision.fps", "valid integer"),
        ({"suspend": 3}, "spec.suspend", "valid boolean"),
        ({"profile": "huge"}, "spec.profile", "'dev', 'small' or 'large'; it is 'huge'"),
        ({"namespace": {"name": "Bad_Name"}}, "spec.namespace.name", "should match pattern"),
        ({"backup": {}}, "spec.backup.destination", "this field is required"),
        (
            {"backup": {"schedule": "now", "destination": {"volume": {}}}},
            "spec.backup.schedule",
            "should match pattern",
        ),
        ({"config": {"frontendUrls": ["x", "y"]}}, "spec.config.frontendUrls[1]", "should match pattern"),
        ({"backend": {"resources": {"limits": {"cpu": 0.5}}}}, "spec.backend.resources.limits.cpu", "valid string"),
    ],
)
def test_a_field_of_the_wrong_shape_is_named(spec: dict[str, Any], field: str, sentence: str) -> None:
    findings = {finding.field: finding for finding in explain({"metadata": {"name": "dixi"}, "spec": spec})}
    assert sentence in findings[field].message
    assert findings[field].reason is Reason.SPEC_INVALID
    assert findings[field].severity is Severity.TERMINAL


def test_every_wrong_field_is_named_at_once() -> None:
    findings = explain({"metadata": {"name": "dixi"}, "spec": {"vision": {"fps": 0, "numHands": 9}, "suspend": "x"}})
    assert {finding.field for finding in findings} == {"spec.vision.fps", "spec.vision.numHands", "spec.suspend"}


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    (finding,) = explain({"metadata": {"name": "dixi"}, "spec": {"redis": {"url": "redis://:hunter2@redis:6379"}}})
    assert finding.field == "spec.redis.url"
    assert "hunter2" not in finding.message


@pytest.mark.parametrize(
    ("spec", "field", "sentence"),
    [
        (
            {"backend": {"autoscaling": {"minReplicas": 5, "maxReplicas": 3}}},
            "spec.backend.autoscaling.minReplicas",
            "must not be above backend.autoscaling.maxReplicas; 5 is above 3",
        ),
        ({"backend": {"autoscaling": {"minReplicas": 11}}}, "spec.backend.autoscaling.minReplicas", "11 is above 10"),
        ({"redis": {"enabled": False}}, "spec.redis.enabled", "there are up to 10 replicas"),
        ({"redis": {"passwordSecret": "p"}}, "spec.redis.passwordSecret", "needs redis.url"),
        (
            {"profile": "dev", "redis": {"enabled": False}, "config": {"readyRequires": ["redis"]}},
            "spec.config.readyRequires",
            "needs redis.enabled or redis.url",
        ),
        (
            {"ollama": {"enabled": False}, "config": {"readyRequires": ["ollama"]}},
            "spec.config.readyRequires",
            "needs ollama.enabled or ollama.url",
        ),
        ({"frontend": {"service": {"nodePort": 30080}}}, "spec.frontend.service.nodePort", "NodePort or LoadBalancer"),
        ({"backup": {"destination": {}}}, "spec.backup.destination", "exactly one of volume and s3"),
        (
            {"backup": {"destination": {"volume": {}, "s3": {"bucket": "abc"}}, "credentialsSecret": "keys"}},
            "spec.backup.destination",
            "exactly one of volume and s3",
        ),
        (
            {"backup": {"destination": {"s3": {"bucket": "abc"}}}},
            "spec.backup.credentialsSecret",
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        ),
        ({"namespace": {"name": "kube-system"}}, "spec.namespace.name", "it is kube-system"),
        (
            {"vision": {"resources": {"requests": {"cpu": 2}, "limits": {"cpu": "1500m"}}}},
            "spec.vision.resources.requests.cpu",
            "2 is above the limit of 1500m",
        ),
    ],
)
def test_fields_that_contradict_each_other_are_named(spec: dict[str, Any], field: str, sentence: str) -> None:
    (finding,) = check_spec(read_install(spec))
    assert finding.field == field
    assert sentence in finding.message


def test_a_name_that_would_make_an_object_name_too_long_is_refused() -> None:
    assert check_spec(read_install({}, name="n" * 40)) == []
    (finding,) = check_spec(read_install({}, name="n" * 41))
    assert finding.field == "metadata.name"
    assert finding.message.endswith("it has 41")


@pytest.mark.parametrize(
    "spec",
    [
        {"profile": "dev", "redis": {"enabled": False}},
        {"redis": {"enabled": False}, "backend": {"allowWithoutRedis": True}},
        {"redis": {"enabled": False}, "backend": {"replicas": 1, "autoscaling": {"enabled": False}}},
        {"redis": {"enabled": False}, "backend": {"autoscaling": {"minReplicas": 1, "maxReplicas": 1}}},
        {"redis": {"enabled": False, "url": "redis://redis.data:6379"}},
    ],
)
def test_a_single_backend_or_one_that_is_told_to_needs_no_redis(spec: dict[str, Any]) -> None:
    assert check_spec(read_install(spec)) == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["vision", "backup", "gpu", "fps", "tolerations", "destination", "redis", "x"]), inner
            )
        ),
        max_leaves=8,
    )
)
def test_any_json_at_all_is_read_or_refused_with_a_path_below_spec(spec: object) -> None:
    try:
        DixiInstall.model_validate({"metadata": {"name": "dixi"}, "spec": spec})
    except ValidationError as error:
        findings = explain_validation(error)
        assert findings
        assert all(finding.field == "spec" or finding.field.startswith("spec.") for finding in findings)


def test_findings_are_picked_by_severity_and_read_as_sentences() -> None:
    note = Finding(Reason.CRD_MISSING, "spec.monitoring", "no such kind", Severity.NOTE)
    bare = Finding(Reason.FORBIDDEN, "", "not allowed", Severity.WAITING)
    assert pick([bare, note], Severity.NOTE) == (note,)
    assert (str(note), str(bare)) == ("spec.monitoring: no such kind", "not allowed")
