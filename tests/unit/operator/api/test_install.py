"""A specification is read as users write it, and what they leave out comes from the profile."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dixi_operator.api.install import DixiInstall
from tests.unit.operator.api.specs import read_install


def test_an_empty_specification_is_a_small_install_in_namespace_dixi() -> None:
    install = read_install({})
    assert install.namespace == "dixi"
    assert install.spec.profile == "small"
    assert (install.spec.backend_is_autoscaled, install.spec.backend_least, install.spec.backend_most) == (True, 2, 10)


def test_the_dev_profile_has_one_backend_and_no_autoscaler() -> None:
    spec = read_install({"profile": "dev"}).spec
    assert (spec.backend_is_autoscaled, spec.backend_least, spec.backend_most) == (False, 1, 1)


def test_a_choice_of_ones_own_goes_before_the_profile() -> None:
    spec = read_install({"profile": "dev", "backend": {"autoscaling": {"enabled": True, "minReplicas": 2}}}).spec
    assert (spec.backend_is_autoscaled, spec.backend_least, spec.backend_most) == (True, 2, 3)


def test_fixed_replicas_count_only_while_autoscaling_is_off() -> None:
    assert read_install({"backend": {"replicas": 4}}).spec.backend_least == 2
    assert read_install({"backend": {"replicas": 4, "autoscaling": {"enabled": False}}}).spec.backend_least == 4


def test_redis_at_an_address_is_used_and_not_deployed() -> None:
    redis = read_install({"redis": {"url": "redis://redis.data.svc:6379/0"}}).spec.redis
    assert redis.is_used
    assert not redis.is_deployed


def test_whole_numbers_are_quantities_too() -> None:
    assert read_install({"redis": {"resources": {"limits": {"cpu": 2}}}}).spec.redis.resources.limits.cpu == "2"


def test_status_and_further_metadata_are_let_through_unread() -> None:
    document = {
        "apiVersion": "dixi.io/v1alpha1",
        "kind": "DixiInstall",
        "metadata": {"name": "dixi", "managedFields": [{}], "labels": None},
        "spec": {},
        "status": ["garbage", {"conditions": 7}],
    }
    assert DixiInstall.model_validate(document).name == "dixi"


def test_a_specification_cannot_be_changed_after_it_was_read() -> None:
    install = read_install({})
    with pytest.raises(ValidationError, match="frozen"):
        install.spec.suspend = True  # type: ignore[misc]


def test_a_document_of_another_kind_is_refused() -> None:
    with pytest.raises(ValidationError, match="kind"):
        DixiInstall.model_validate({"kind": "DixiBackup", "metadata": {"name": "dixi"}})
