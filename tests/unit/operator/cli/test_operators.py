from __future__ import annotations

from dixi_operator.cli.operators import read_operator


def test_the_images_are_those_that_the_operator_was_told() -> None:
    env = [
        {"name": "DIXI_IMAGE_RUNTIME", "value": "example.com/dixi-runtime:{version}"},
        {"name": "DIXI_IMAGE_PULL_SECRETS", "value": "one,two"},
        {"name": "DIXI_WORKERS", "value": "3"},
        {"name": "DIXI_POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
    ]
    deployment = {
        "metadata": {"name": "dixi-operator", "namespace": "ops"},
        "spec": {"template": {"spec": {"containers": [{"name": "operator", "env": env}]}}},
    }
    operator = read_operator(deployment)
    assert operator.namespace == operator.settings.namespace == "ops"
    assert operator.settings.image_runtime == "example.com/dixi-runtime:{version}"
    assert operator.settings.pull_secrets == ("one", "two")
    assert operator.notes == ()
