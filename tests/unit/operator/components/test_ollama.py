"""Ollama keeps its models on a volume and is absent when another one is used."""

from __future__ import annotations

from dixi_operator.components.ollama import build_ollama, build_ollama_claim, build_ollama_service
from tests.unit.operator.components.contexts import make_context


def test_models_lie_on_the_claim() -> None:
    ollama = build_ollama(make_context())
    assert ollama is not None
    pod = ollama["spec"]["template"]["spec"]
    assert {"name": "models", "mountPath": "/models"} in pod["containers"][0]["volumeMounts"]
    assert {"name": "models", "persistentVolumeClaim": {"claimName": "ollama-models"}} in pod["volumes"]
    assert {"name": "OLLAMA_MODELS", "value": "/models"} in pod["containers"][0]["env"]


def test_everything_is_absent_when_another_ollama_is_used_or_none() -> None:
    for ollama in ({"url": "http://ollama.ai.svc:11434"}, {"enabled": False}):
        context = make_context(ollama=ollama)
        assert [build(context) for build in (build_ollama, build_ollama_service, build_ollama_claim)] == [None] * 3


def test_ephemeral_storage_needs_no_claim() -> None:
    assert build_ollama_claim(make_context(ollama={"storage": {"ephemeral": True}})) is None
