"""Bad input is told apart by the path of its field and a sentence that says what was expected."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dixi_operator.api.checks import check_spec, explain_validation
from dixi_operator.api.checks import read_install as read_document
from dixi_operator.api.findings import Finding, Severity, pick
from dixi_operator.api.install import InstallSpec
from dixi_operator.api.reasons import Reason
from dixi_operator.api.workloads import VisionSpec
from tests.unit.operator.api.specs import read_install


def explain(document: dict[str, Any]) -> list[Finding]:
    with pytest.raises(ValidationError) as caught:
        read_document(document)
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
        ({"backend": {"resources": {"limits": {"cpu": 1 << 63}}}}, "spec.backend.resources.limits.cpu", "valid string"),
        ({"vision": {"fps": "30"}}, "spec.vision.fps", "valid integer; it is '30'"),
        ({"suspend": "yes"}, "spec.suspend", "valid boolean; it is 'yes'"),
        ({"backend": {"allowWithoutRedis": 0}}, "spec.backend.allowWithoutRedis", "valid boolean; it is 0"),
        ({"ollama": {"url": "http://["}}, "spec.ollama.url", "should match pattern"),
        ({"redis": {"url": "redis://redis:65536"}}, "spec.redis.url", "should match pattern"),
        ({"redis": {"url": "redis://[f::1::2]"}}, "spec.redis.url", "does not appear to be an IPv4 or IPv6 address"),
        ({"images": {"pullSecrets": ["a", "b", "a"]}}, "spec.images.pullSecrets", "a is there twice"),
        ({"images": {"pullSecrets": ["a..b"]}}, "spec.images.pullSecrets[0]", "should match pattern"),
        ({"vision": {"source": "file:/a\x7f"}}, "spec.vision.source", "should match pattern"),
        (
            {"backup": {"schedule": "0 0 * * fri-mon", "destination": {"volume": {}}}},
            "spec.backup.schedule",
            "the range fri-mon ends before it begins",
        ),
        (
            {"vision": {"gpu": {"resource": "requests.example.com/gpu"}}},
            "spec.vision.gpu.resource",
            "names of the domain requests.example.com are Kubernetes' own",
        ),
        ({"vision": {"gpu": {"nodeSelector": {"a b": "c"}}}}, "spec.vision.gpu.nodeSelector.a b.[key]", "pattern"),
    ],
)
def test_a_field_of_the_wrong_shape_is_named(spec: dict[str, Any], field: str, sentence: str) -> None:
    findings = {finding.field: finding for finding in explain({"metadata": {"name": "dixi"}, "spec": spec})}
    assert sentence in findings[field].message
    assert findings[field].reason is Reason.SPEC_INVALID
    assert findings[field].severity is Severity.TERMINAL


def test_null_is_as_good_as_absent_except_in_a_patch() -> None:
    patch = {"spec": {"nodeSelector": None}}
    read = read_document({"metadata": {"name": "dixi"}, "spec": {"vision": None, "backend": {"podTemplate": patch}}})
    assert read.spec.vision == VisionSpec()
    assert read.spec.backend.pod_template == patch


@pytest.mark.parametrize("document", [{}, {"spec": None}, {"spec": {}}])
def test_a_specification_may_be_silent_about_everything(document: dict[str, Any]) -> None:
    assert read_document({"metadata": {"name": "dixi"}, **document}).spec == InstallSpec()


def test_values_that_only_yaml_can_write_are_refused_as_any_other() -> None:
    spec = yaml.safe_load("{true: 1, suspend: 2020-01-01, vision: {fps: 123456789012345678901234567890}}")
    findings = {finding.field for finding in explain({"metadata": {"name": "dixi"}, "spec": spec})}
    assert findings == {"spec.true", "spec.suspend", "spec.vision.fps"}


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
            {"vision": {"gpu": {"tolerations": [{"effect": "NoExecute"}]}}},
            "spec.vision.gpu.tolerations[0].key",
            "needs operator Exists",
        ),
        (
            {"vision": {"gpu": {"tolerations": [{"key": "gpu", "operator": "Exists", "value": "yes"}]}}},
            "spec.vision.gpu.tolerations[0].value",
            "needs operator Equal",
        ),
        ({"redis": {"storage": {"size": "0Gi"}}}, "spec.redis.storage.size", "above 0; it is 0Gi"),
        (
            {"backup": {"destination": {"volume": {"size": 0}}}},
            "spec.backup.destination.volume.size",
            "above 0; it is 0",
        ),
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


@pytest.mark.parametrize("name", ["Wall", "a_b", "-a", "a.", "a..b", "a/b", "\N{SNOWMAN}"])
def test_a_name_that_no_object_can_have_is_refused(name: str) -> None:
    (finding,) = check_spec(read_install({}, name=name))
    assert finding.field == "metadata.name"
    assert repr(name) in finding.message


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
        read_document({"metadata": {"name": "dixi"}, "spec": spec})
    except ValidationError as error:
        findings = explain_validation(error)
        assert findings
        assert all(finding.field == "spec" or finding.field.startswith("spec.") for finding in findings)


def test_findings_are_picked_by_severity_and_read_as_sentences() -> None:
    note = Finding(Reason.CRD_MISSING, "spec.monitoring", "no such kind", Severity.NOTE)
    bare = Finding(Reason.FORBIDDEN, "", "not allowed", Severity.WAITING)
    assert pick([bare, note], Severity.NOTE) == (note,)
    assert (str(note), str(bare)) == ("spec.monitoring: no such kind", "not allowed")
