"""Patches of pod templates as users write them, and templates to patch."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dixi_operator.api.types import Manifest
from dixi_operator.components.backend import build_backend
from dixi_operator.components.redis import build_redis
from dixi_operator.components.template_guard import read_template
from dixi_operator.components.vision import build_vision
from tests.unit.operator.components.contexts import make_context

Patch = dict[str, Any]

GPU = {"policy": "Required", "tolerations": [{"key": "gpu", "operator": "Exists"}], "nodeSelector": {"gpu": "yes"}}


def build_templates() -> list[Manifest]:
    """Templates that differ in what there is to patch."""
    redis = build_redis(make_context())
    assert redis is not None
    workloads = (build_backend(make_context()), build_vision(make_context(vision={"gpu": GPU})), redis)
    return [read_template(workload) for workload in workloads]


def some(**fields: SearchStrategy[Any]) -> SearchStrategy[Patch]:
    """Objects with any subset of these fields, each of which may be null."""
    return st.fixed_dictionaries({}, optional={name: st.none() | field for name, field in fields.items()})


def objects(fields: SearchStrategy[Patch]) -> SearchStrategy[Patch]:
    """Patches of an object: its fields, with or without a directive."""
    replaced = fields.map(lambda value: {"$patch": "replace", **value})
    return fields | replaced | st.just({"$patch": "delete"})


def elements(
    key: str, present: list[Manifest], names: list[Any], fields: SearchStrategy[Patch], additions: SearchStrategy[Patch]
) -> SearchStrategy[list[Patch]]:
    """Patches of a list that is merged by ``key``: of what is there, and with new elements of these names."""
    there = [item[key] for item in present]
    new = [name for name in names if name not in there]
    kinds = [
        *(
            [name_by(key, there, fields), st.sampled_from(there).map(lambda name: {key: name, "$patch": "delete"})]
            if there
            else []
        ),
        *([name_by(key, new, additions)] if new else []),
    ]
    many = st.lists(st.one_of(kinds), max_size=4, unique_by=lambda item: item[key])
    whole = st.lists(name_by(key, there + new, additions), max_size=3, unique_by=lambda item: item[key])
    return many | whole.map(lambda items: [*items, {"$patch": "replace"}])


def name_by(key: str, names: list[Any], fields: SearchStrategy[Patch]) -> SearchStrategy[Patch]:
    """Elements with one of these names."""
    return st.builds(lambda name, rest: {**rest, key: name}, st.sampled_from(names), fields)


words = st.sampled_from(["a", "b", "0"])
numbers = st.integers(0, 3)
variables = some(value=words, valueFrom=some(secretKeyRef=some(name=words, key=words)))
ports = some(name=words, hostPort=numbers)
mounts = some(name=words, readOnly=st.booleans())
limits = some(requests=some(cpu=words), limits=some(cpu=words, memory=words))
probes = some(periodSeconds=numbers, httpGet=some(path=words, port=numbers), exec=some(command=st.lists(words)))
contexts = some(runAsUser=numbers, readOnlyRootFilesystem=st.booleans(), capabilities=some(drop=st.lists(words)))
volumes = some(emptyDir=some(sizeLimit=words), csi=some(driver=words))
spreads = some(maxSkew=numbers, whenUnsatisfiable=words, labelSelector=some(matchLabels=some(app=words)))
additions = some(image=words, args=st.lists(words, max_size=2), resources=limits, securityContext=contexts)


def patch_container(container: Manifest) -> SearchStrategy[Patch]:
    """Patches of a container that is there."""
    return some(
        image=words,
        args=st.lists(words, max_size=2),
        env=elements("name", container.get("env", []), ["NEW", "OTHER"], variables, variables),
        ports=elements("containerPort", container.get("ports", []), [9998, 9999], ports, ports),
        volumeMounts=elements("mountPath", container["volumeMounts"], ["/new"], mounts, mounts),
        resources=objects(limits),
        livenessProbe=objects(probes),
        readinessProbe=objects(probes),
        securityContext=objects(contexts),
    )


def patch_template(template: Manifest) -> SearchStrategy[Patch]:
    """Patches of a template."""
    spec = template["spec"]
    (container,) = spec["containers"]
    spread = spec.get("topologySpreadConstraints", [])
    specs = some(
        containers=elements("name", [container], ["proxy", "log"], patch_container(container), additions),
        initContainers=elements("name", [], ["first", "second"], additions, additions),
        volumes=elements("name", spec["volumes"], ["new", "more"], volumes, volumes),
        imagePullSecrets=elements("name", [], ["pull", "other"], st.just({}), st.just({})),
        hostAliases=elements("ip", [], ["10.0.0.1"], some(hostnames=st.lists(words)), some(hostnames=st.lists(words))),
        tolerations=st.lists(some(key=words, operator=words), max_size=2),
        topologySpreadConstraints=elements("topologyKey", spread, ["zone"], spreads, spreads),
        nodeSelector=objects(some(gpu=words, disk=words)),
        securityContext=objects(contexts),
        affinity=some(nodeAffinity=some(preferred=st.lists(words, max_size=1))),
        terminationGracePeriodSeconds=numbers,
        hostNetwork=st.booleans(),
        serviceAccountName=words,
    )
    metadata = some(labels=objects(some(app=words, team=words)), annotations=objects(some(note=words)))
    return some(metadata=metadata, spec=specs)


TEMPLATES = build_templates()
cases: SearchStrategy[tuple[Manifest, Patch]] = st.sampled_from(TEMPLATES).flatmap(
    lambda template: st.tuples(st.just(template), patch_template(template))
)
"""A template and a patch for it."""
