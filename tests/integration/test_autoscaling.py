"""A real autoscaler with figures that the test tells: who writes replicas, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from websockets.sync.client import connect

from dixi_operator.api.names import ANNOTATION_REPLICAS
from dixi_operator.cluster.deletion_costs import ANNOTATION, choose_cost
from tests.integration.test_install import operator_writes
from tests.support.crds import SCALED_OBJECT, defined
from tests.support.fake import DEV, Api
from tests.support.measures import metrics_api, tell_use
from tests.support.processes import eventually

NAME = "elastic"
SCALED = {"autoscaling": {"enabled": True, "minReplicas": 2, "maxReplicas": 6, "scaleDownSeconds": 0}}
BUSY, IDLE = "2", "1m"
CLIENTS = 5

pytestmark = [pytest.mark.usefixtures("operator"), pytest.mark.timeout(300)]


def apply(api: Api, **backend: object) -> None:
    api.apply(NAME, {**DEV, "namespace": {"name": NAME}, "backend": backend})


def count(api: Api) -> int:
    replicas: int = api.read("deployment", "backend", "-n", NAME)["spec"]["replicas"]
    return replicas


def autoscaled(api: Api) -> tuple[str, str]:
    found = api.condition(NAME, "Autoscaled")
    return found.get("status", ""), found.get("reason", "")


def use(api: Api, cpu: str, until: Callable[[int], bool], what: str) -> int:
    """Have each pod use that much until the replicas are as wanted."""

    def look() -> bool:
        tell_use(api, NAME, "backend", cpu=cpu, memory="1Mi")
        return until(count(api))

    eventually(look, seconds=120, what=f"{what}; {api.attempt('describe', 'hpa', '-n', NAME).stdout[-2000:]}")
    return count(api)


def writes(api: Api, since: int) -> list[str]:
    """What the operator has written of Deployments since that line of the audit log, whatever of them."""
    return [write for write in operator_writes(api, since) if "/deployments/" in write]


@pytest.fixture
def install(api: Api) -> Iterator[Api]:
    yield api
    api.remove(NAME, NAME)


def test_without_a_metrics_api_replicas_stay_and_with_one_the_autoscaler_alone_decides(
    install: Api, note: Callable[[object], None]
) -> None:
    api = install
    apply(api, **SCALED)
    api.await_ready(NAME)
    assert (count(api), autoscaled(api)) == (2, ("False", "MetricsUnavailable"))
    assert api.read("hpa", "backend-hpa", "-n", NAME) is None
    assert "no metrics API" in api.condition(NAME, "Ready")["message"]
    with metrics_api(api):
        eventually(lambda: api.read("hpa", "backend-hpa", "-n", NAME), seconds=60, what="an autoscaler")
        since = len(api.audit_log.read_text().splitlines())
        grown = use(api, BUSY, lambda replicas: replicas >= 5, "more replicas")
        eventually(lambda: autoscaled(api) == ("True", "Autoscaled"), seconds=30, what="Autoscaled")
        assert writes(api, since) == []

        apply(api, autoscaling={"enabled": False})
        eventually(lambda: api.read("hpa", "backend-hpa", "-n", NAME) is None, seconds=30, what="no autoscaler")
        api.await_ready(NAME)
        deployment = api.read("deployment", "backend", "-n", NAME)
        assert deployment["spec"]["replicas"] == grown
        assert deployment["metadata"]["annotations"][ANNOTATION_REPLICAS] == str(grown)

        apply(api, **SCALED)
        eventually(lambda: api.read("hpa", "backend-hpa", "-n", NAME), seconds=30, what="an autoscaler again")
        api.await_ready(NAME)
        assert count(api) == grown
        since = len(api.audit_log.read_text().splitlines())
        shrunk = use(api, IDLE, lambda replicas: replicas < grown, "fewer replicas")
        note(f"2 -> {grown} -> {shrunk} replicas; writes of the operator to Deployments: {len(writes(api, since))}")
        assert writes(api, since) == []
    eventually(lambda: autoscaled(api) == ("False", "MetricsUnavailable"), seconds=60, what="no metrics again")
    api.await_ready(NAME)
    assert 2 <= count(api) <= grown


def test_each_pod_that_may_be_taken_away_says_how_many_clients_that_would_cost(install: Api, gateway: str) -> None:
    api = install

    def costs() -> set[str]:
        pods = api.read("pods", "-n", NAME, "-l", "app=backend")["items"]
        return {pod["metadata"].get("annotations", {}).get(ANNOTATION, "") for pod in pods}

    with metrics_api(api), ExitStack() as clients:
        apply(api, **SCALED)
        api.await_ready(NAME)
        assert costs() == {""}
        for _ in range(CLIENTS):
            clients.enter_context(connect(f"{gateway.replace('http', 'ws')}/ws", proxy=None))
        eventually(lambda: api.read("hpa", "backend-hpa", "-n", NAME), seconds=60, what="an autoscaler")
        use(api, BUSY, lambda replicas: replicas > 2, "more replicas")

        def weighed() -> bool:
            tell_use(api, NAME, "backend", cpu=BUSY, memory="1Mi")
            return costs() == {str(choose_cost(CLIENTS))}

        eventually(weighed, seconds=90, what=f"what each pod costs; {costs()}")


def test_where_there_is_keda_and_it_is_asked_for_a_scaled_object_takes_the_autoscalers_place(install: Api) -> None:
    api = install
    with metrics_api(api), defined(api, SCALED_OBJECT):
        apply(api, **SCALED)
        api.await_ready(NAME)
        eventually(lambda: api.read("hpa", "backend-hpa", "-n", NAME), seconds=60, what="an autoscaler")
        apply(api, autoscaling={**SCALED["autoscaling"], "engine": "KEDA"})
        found = eventually(lambda: api.read("scaledobject", "backend", "-n", NAME), seconds=60, what="a ScaledObject")
        assert (found["spec"]["minReplicaCount"], found["spec"]["maxReplicaCount"]) == (2, 6)
        eventually(lambda: api.read("hpa", "backend-hpa", "-n", NAME) is None, seconds=30, what="no autoscaler of ours")
        assert count(api) == 2
