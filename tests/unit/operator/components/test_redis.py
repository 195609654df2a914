"""Redis has a password, keeps its data and is absent when another one is used."""

from __future__ import annotations

from dixi_operator.components.redis import build_redis, build_redis_claim, build_redis_service
from tests.unit.operator.components.contexts import make_context


def test_the_password_comes_from_the_secret_and_stands_in_no_argument() -> None:
    redis = build_redis(make_context())
    assert redis is not None
    container = redis["spec"]["template"]["spec"]["containers"][0]
    assert container["args"][-2:] == ["--requirepass", "$(REDIS_PASSWORD)"]
    assert {item["valueFrom"]["secretKeyRef"]["key"] for item in container["env"]} == {"redis-password"}


def test_the_old_pod_lets_go_of_the_volume_before_the_new_one_comes() -> None:
    redis = build_redis(make_context())
    assert redis is not None
    assert redis["spec"]["strategy"] == {"type": "Recreate"}


def test_ephemeral_storage_needs_no_claim() -> None:
    context = make_context(redis={"storage": {"ephemeral": True}})
    redis = build_redis(context)
    assert redis is not None
    assert build_redis_claim(context) is None
    assert {"name": "data", "emptyDir": {}} in redis["spec"]["template"]["spec"]["volumes"]


def test_the_claim_has_the_size_and_class_that_were_asked_for() -> None:
    claim = build_redis_claim(make_context(redis={"storage": {"size": "5Gi", "className": "fast"}}))
    assert claim is not None
    assert claim["spec"]["resources"]["requests"]["storage"] == "5Gi"
    assert claim["spec"]["storageClassName"] == "fast"


def test_everything_is_absent_when_another_redis_is_used() -> None:
    context = make_context(redis={"url": "redis://redis.data.svc:6379/0"})
    assert [build(context) for build in (build_redis, build_redis_service, build_redis_claim)] == [None] * 3
