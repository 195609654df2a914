"""The operator writes no replicas that something else decides, and keeps what that has decided when it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import ANNOTATION_REPLICAS, BACKEND, CUSTOM_METRICS_KIND, METRICS_KIND, VISION
from dixi_operator.components.autoscaler import build_autoscaler, build_vision_autoscaler
from dixi_operator.components.backend import build_backend
from dixi_operator.components.replicas import Size, choose_backend_size, choose_vision_size
from dixi_operator.components.scaled_object import build_scaled_object
from dixi_operator.components.vision import build_vision
from dixi_operator.facts import Facts
from tests.unit.operator.api.specs import valid_installs
from tests.unit.operator.components.contexts import FACTS, make_context, place

BLIND = replace(FACTS, kinds=frozenset[str]())
FIXED = {"autoscaling": {"enabled": False}}


def size_backend(facts: Facts = FACTS, **spec: Any) -> Size:
    return choose_backend_size(make_context(facts, **spec))


def keep(facts: Facts, **replicas: int) -> Facts:
    return replace(facts, kept=replicas)


def test_a_fresh_install_gets_what_its_profile_says() -> None:
    assert size_backend(profile="dev") == Size(1)
    assert size_backend(backend=FIXED) == Size(2)
    assert size_backend(profile="large", backend=FIXED) == Size(3)


def test_a_scaled_backend_is_none_of_our_business() -> None:
    assert size_backend() == Size(None)
    assert "replicas" not in build_backend(make_context())["spec"]


def test_switched_off_it_keeps_what_it_had_unless_the_specification_says_a_number() -> None:
    left = keep(FACTS, backend=6)
    assert size_backend(left, backend=FIXED) == Size(6, kept=True)
    assert size_backend(left, backend={**FIXED, "replicas": 2}) == Size(2)
    manifest = build_backend(make_context(left, backend=FIXED))
    assert manifest["spec"]["replicas"] == 6
    assert manifest["metadata"]["annotations"] == {ANNOTATION_REPLICAS: "6"}


def test_a_number_that_nobody_has_left_is_not_annotated() -> None:
    assert "annotations" not in build_backend(make_context(backend=FIXED))["metadata"]


def test_without_figures_it_keeps_what_it_had_within_its_bounds() -> None:
    assert size_backend(BLIND) == Size(2)
    assert size_backend(keep(BLIND, backend=6)) == Size(6, kept=True)
    assert size_backend(keep(BLIND, backend=1)) == Size(2, kept=True)
    assert size_backend(keep(BLIND, backend=12)) == Size(10, kept=True)
    assert size_backend(BLIND, backend={"replicas": 5}) == Size(2)


def test_what_was_left_does_not_count_where_replicas_could_not_share() -> None:
    alone = {"redis": {"enabled": False}, "profile": "dev"}
    assert size_backend(keep(FACTS, backend=6), **alone) == Size(1)
    assert size_backend(keep(FACTS, backend=6), **alone, backend={"allowWithoutRedis": True}) == Size(6, kept=True)


def test_vision_is_sized_alike() -> None:
    def size(facts: Facts = FACTS, **vision: Any) -> Size:
        return choose_vision_size(make_context(facts, vision={"source": "push", **vision}))

    scaled = {"enabled": True, "minReplicas": 2}
    assert size() == Size(1)
    assert size(replicas=3) == Size(3)
    assert size(autoscaling=scaled) == Size(None)
    assert size(BLIND, autoscaling=scaled) == Size(2)
    assert size(keep(FACTS, vision=4)) == Size(4, kept=True)
    assert size(keep(FACTS, vision=4), replicas=2) == Size(2)


@given(
    valid_installs,
    st.sets(st.sampled_from([METRICS_KIND, CUSTOM_METRICS_KIND])),
    st.dictionaries(st.sampled_from([BACKEND, VISION]), st.integers(1, 20)),
)
def test_replicas_are_written_exactly_where_nothing_scales(
    install: DixiInstall, kinds: set[str], kept: dict[str, int]
) -> None:
    context = place(install, replace(FACTS, kinds=frozenset(kinds), kept=kept))
    scaled = build_autoscaler(context) is not None or build_scaled_object(context) is not None
    assert ("replicas" in build_backend(context)["spec"]) is not scaled
    scaled = build_vision_autoscaler(context) is not None
    assert ("replicas" in build_vision(context)["spec"]) is not scaled
