"""The five series that Dixi's guide names move."""

from __future__ import annotations

import json
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from websockets.sync.client import connect

from hack.demo.steps import wait_ready
from tests.support.node import Install
from tests.support.processes import eventually

READ = "import urllib.request;print(urllib.request.urlopen('http://127.0.0.1:3001/metrics',timeout=5).read().decode())"
ASK_AI = (
    "import json,sys,urllib.request,urllib.error,os\n"
    "headers={'content-type':'application/json','x-api-key':os.environ.get('API_KEY','')}\n"
    "r=urllib.request.Request(sys.argv[1],json.dumps({'query':sys.argv[2]}).encode(),headers)\n"
    "try: print(urllib.request.urlopen(r,timeout=60).status)\n"
    "except urllib.error.HTTPError as e: print(e.code, e.read().decode())"
)


def total(text: str, name: str) -> float:
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    )


def take_ollama_away(install: Install) -> None:
    """Stop the language model's pod; a suspended install is left without it."""
    kubectl = install.cluster.kubectl
    kubectl("patch", "dixi", install.name, "--type=merge", '-p={"spec":{"suspend":true}}')
    suspended = '--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=Suspended'
    kubectl("wait", f"dixi/{install.name}", suspended, "--timeout=30s")
    kubectl("scale", "deployment/ollama", "-n", install.namespace, "--replicas=0")
    kubectl("wait", "pod", "-l", "app=ollama", "-n", install.namespace, "--for=delete", "--timeout=60s")


def ask_anew(install: Install, pod: str) -> str:
    """The status of a question that no cache knows, and what is said of an error."""
    url, query = "http://127.0.0.1:3001/api/ai/infer", f"are you there, {token_hex(8)}?"
    return install.run_in(pod, "python", "-c", ASK_AI, url, query).strip()


def test_the_five_series_move(install: Install, note: Callable[[object], None]) -> None:
    pods = install.pods_of("backend")

    def read(name: str) -> float:
        return sum(total(install.run_in(pod, "python", "-c", READ), name) for pod in pods)

    names = (
        "dixi_gesture_detections_total",
        "dixi_ai_inference_duration_seconds_count",
        "dixi_api_requests_total",
        "dixi_errors_total",
    )
    before = {name: read(name) for name in names}
    connections = read("dixi_websocket_connections")
    with connect(f"{install.address.replace('http', 'ws', 1)}/ws") as socket:
        greeting: Any = json.loads(socket.recv(timeout=5))
        assert greeting["type"] == "connection"
        assert read("dixi_websocket_connections") == connections + 1
        assert ask_anew(install, pods[0]) == "200"
        take_ollama_away(install)
        eventually(
            lambda: ask_anew(install, pods[0]).startswith("500"), seconds=60, what="an error without a language model"
        )
        moved = {name: read(name) - before[name] for name in names}
    note(moved)
    assert all(moved[name] > 0 for name in names)
    install.cluster.kubectl("patch", "dixi", install.name, "--type=merge", '-p={"spec":{"suspend":false}}')
    wait_ready(install.cluster, install.name)
