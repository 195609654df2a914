"""Exactly the flows that exist are allowed; real traffic, enforced by the node."""

from __future__ import annotations

import json

import pytest

from hack.demo.steps import StepError
from tests.support.node import Install

ASK = "import sys,urllib.request;print(urllib.request.urlopen(sys.argv[1],timeout=5).status)"
URL = "http://backend:3001/api/health/live"


def ask_from_new_pod(install: Install, name: str, labels: dict[str, str]) -> str:
    """Run one request to the backend in a pod of its own and return how the pod ended, with its output."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": install.namespace, "labels": labels},
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [
                {
                    "name": "ask",
                    "image": "localhost/dixi-runtime:1.0.0",
                    "command": ["python", "-c", ASK, URL],
                    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
                }
            ],
        },
    }
    kubectl = install.cluster.kubectl
    kubectl("delete", "pod", name, "-n", install.namespace, "--ignore-not-found", "--grace-period=0", "--force")
    kubectl("apply", "-f", "-", stdin=json.dumps(pod))
    try:
        kubectl(
            "wait", f"pod/{name}", "-n", install.namespace, "--for=jsonpath={.status.phase}=Succeeded", "--timeout=20s"
        )
        return "answered " + kubectl("logs", name, "-n", install.namespace).strip()
    except StepError:
        return "refused " + kubectl("logs", name, "-n", install.namespace).strip()
    finally:
        kubectl("delete", "pod", name, "-n", install.namespace, "--grace-period=0", "--force")


def test_a_pod_without_the_right_label_is_refused_by_the_backend(install: Install) -> None:
    assert ask_from_new_pod(install, "stranger", {"app": "stranger"}).startswith("refused")


def test_the_frontend_is_answered_by_the_backend(install: Install) -> None:
    assert install.run_in(install.pod_of("frontend"), "python", "-c", ASK, URL).strip() == "200"


def test_redis_and_ollama_answer_the_backend_alone(install: Install) -> None:
    reach = "import socket,sys;socket.create_connection((sys.argv[1],int(sys.argv[2])),5);print('open')"
    for host, port in (("redis", "6379"), ("ollama-service", "11434")):
        assert install.run_in(install.pod_of("backend"), "python", "-c", reach, host, port).strip() == "open"
        with pytest.raises(StepError, match=r"refused|timed out|TimeoutError"):
            install.run_in(install.pod_of("frontend"), "python", "-c", reach, host, port)


@pytest.mark.parametrize("component", ["backend", "vision", "frontend", "redis", "ollama"])
def test_names_resolve_in_every_pod(install: Install, component: str) -> None:
    printed = install.run_in(install.pod_of(component), "getent", "hosts", "backend.dixi.svc.cluster.local")
    assert printed.split()[0].startswith("10.96.")
