"""What the API server takes the operator can carry out, and what the one refuses the other refuses too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from dixi_operator.api.checks import read_install
from dixi_operator.api.gpu import GpuPolicy
from dixi_operator.api.reasons import Reason
from dixi_operator.api.schema import build_schema
from dixi_operator.api.types import Manifest
from dixi_operator.errors import ApiError
from dixi_operator.facts import DEVICE_API_KIND
from dixi_operator.gpu.choice import Choice, Mode
from dixi_operator.plan import build_plan
from dixi_operator.preflight import check_plan
from tests.support.contradictions import CONTRADICTIONS
from tests.support.dry import DryRuns, dry_runs
from tests.support.fake import Api
from tests.support.specs import (
    LEAVES,
    NODES,
    ODD_VALUES,
    Path,
    Spec,
    describe,
    judge,
    list_settable,
    list_used,
    merge,
    odd_specs,
    put,
    valid_specs,
)
from tests.unit.operator.components.contexts import FACTS, place

NAMESPACE = "trial"
EXAMPLES = settings().max_examples
ROUNDS = 5
"""A field that the others forbid is taken away again, so a few examples may all lack it."""
SETTABLE = frozenset(list_settable())
PATH = re.compile(r"\b(spec|metadata)\b")
OF_A_CHANGE = ("namespace.name cannot be changed", "className cannot be changed")
OF_A_NAME = ("metadata.name must have",)


@pytest.fixture(scope="module")
def server(api: Api) -> Iterator[DryRuns]:
    api.kubectl("create", "namespace", NAMESPACE)
    with dry_runs(api.kubeconfig) as server:
        yield server
    api.kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def build(spec: Spec) -> list[Manifest]:
    """Every object of an install in the namespace of this module, in a cluster that has the GPUs it asks for."""
    install = read_install(describe(merge(spec, {"namespace": {"name": NAMESPACE}})))
    facts = replace(FACTS, kinds=frozenset({DEVICE_API_KIND}))
    gpus = {"vision": install.spec.vision.gpu, "ollama": install.spec.ollama.gpu}
    chosen = Choice(mode=Mode.GPU, reason=Reason.GPU_ALLOCATED, message="")
    facts = replace(facts, choices={name: chosen for name, gpu in gpus.items() if gpu.policy is not GpuPolicy.NONE})
    assert not [finding for finding in check_plan(install, facts) if not finding.field.startswith("spec.")]
    return [item.manifest for item in build_plan(place(install, facts)).items]


@pytest.mark.parametrize("leaf", LEAVES, ids=".".join)
def test_what_is_valid_is_read_alike_and_every_object_of_it_is_taken(server: DryRuns, leaf: Path) -> None:
    fields = {path for path in SETTABLE if path[: len(leaf)] == leaf}
    used: set[Path] = set()

    @settings(max_examples=max(EXAMPLES // 25, 1) * (1 if len(fields) == 1 else 8))
    @given(valid_specs(leaf))
    def try_out(spec: Spec) -> None:
        used.update(list_used(spec))
        answer = server.make_install(describe(spec))
        assert not isinstance(answer, ApiError)
        assert read_install(answer).spec == read_install(describe(spec)).spec, "defaults differ"
        assert server.list_refused(build(spec)) == []

    for _ in range(ROUNDS):
        try_out()
        if fields <= used:
            break
    assert fields <= used, "fields that are never generated"


@settings(max_examples=EXAMPLES * 2)
@given(spec=odd_specs())
def test_the_api_server_and_the_operator_judge_alike(server: DryRuns, spec: Any) -> None:
    answer = server.make_install(describe(spec))
    if isinstance(answer, ApiError):
        event("refused")
        assert answer.status in {400, 422}, answer
        assert PATH.search(answer.message), answer
        assert judge(spec), f"only the API server refuses it: {answer}"
        return
    findings = judge(answer["spec"])
    event("stalled" if findings else "taken")
    assert all(finding.field.startswith("spec.") for finding in findings), findings
    if not findings:
        assert server.list_refused(build(answer["spec"])) == []


@settings(max_examples=EXAMPLES)
@given(node=st.sampled_from(sorted(NODES)), value=st.sampled_from(ODD_VALUES))
def test_any_field_may_be_given_anything(server: DryRuns, node: Path, value: Any) -> None:
    spec: Spec = {}
    put(spec, node, value)
    answer = server.make_install(describe(spec))
    findings = judge(spec)
    if isinstance(answer, ApiError):
        assert PATH.search(answer.message), answer
        assert findings, f"only the API server refuses it: {answer}"
    else:
        assert all(finding.field.startswith("spec.") for finding in findings), findings


@pytest.mark.parametrize("sentence", CONTRADICTIONS)
def test_a_contradiction_is_refused_with_its_sentence(server: DryRuns, sentence: str) -> None:
    answer = server.make_install(describe(CONTRADICTIONS[sentence]))
    assert isinstance(answer, ApiError)
    assert sentence in answer.message
    assert PATH.search(answer.message)
    assert any(finding.message.startswith(sentence) for finding in judge(CONTRADICTIONS[sentence]))


def test_every_rule_across_fields_has_a_contradiction() -> None:
    known = (*CONTRADICTIONS, *OF_A_CHANGE, *OF_A_NAME)
    assert not [rule for rule in find_rules(build_schema()) if not rule.startswith(known)]


def find_rules(schema: Any) -> Iterator[str]:
    """The sentence of every rule in a schema."""
    if isinstance(schema, dict):
        yield from (rule["message"] for rule in schema.get("x-kubernetes-validations", ()))
        for value in schema.values():
            yield from find_rules(value)


@settings(max_examples=EXAMPLES // 2)
@given(name=st.sampled_from([value for value in ODD_VALUES if isinstance(value, str)]) | st.text("ab-.A/", max_size=50))
def test_a_name_is_judged_alike(server: DryRuns, name: str) -> None:
    answer = server.make_install(describe({}, name))
    if isinstance(answer, ApiError):
        assert PATH.search(answer.message), answer
        assert {finding.field for finding in judge({}, name)} == {"metadata.name"}, answer
    else:
        assert not judge({}, name)


STALLED: dict[str, tuple[Spec, str]] = {
    "a request above its limit": (
        {"redis": {"resources": {"requests": {"cpu": 2}, "limits": {"cpu": 1}}}},
        "spec.redis.resources.requests.cpu",
    ),
    "a volume for nothing": ({"ollama": {"storage": {"size": "0Gi"}}}, "spec.ollama.storage.size"),
    "an address that is none": ({"ollama": {"url": "http://[::1::2]"}}, "spec.ollama.url"),
    "a range that ends before it begins": (
        {"backup": {"schedule": "0 3 * * fri-mon", "destination": {"volume": {}}}},
        "spec.backup.schedule",
    ),
    "a key that no label has": ({"vision": {"gpu": {"nodeSelector": {"a b": ""}}}}, "spec.vision.gpu.nodeSelector"),
    "a resource of Kubernetes": (
        {"vision": {"gpu": {"resource": "requests.example.com/gpu"}}},
        "spec.vision.gpu.resource",
    ),
}


@pytest.mark.usefixtures("operator")
def test_what_only_the_operator_can_refuse_stalls_with_the_path_of_the_field(api: Api) -> None:
    for number, (spec, _) in enumerate(STALLED.values()):
        api.apply(f"stalled-{number}", merge(spec, {"namespace": {"name": f"stalled-{number}"}}))
    for number, (case, (_, field)) in enumerate(STALLED.items()):
        condition = api.await_reason(f"stalled-{number}", "SpecInvalid")
        assert field in condition["message"], case
        assert api.condition(f"stalled-{number}", "Stalled")["status"] == "True", case
        api.kubectl("delete", "dixi", f"stalled-{number}")
