"""Hypothesis strategies for specifications of a ``DixiInstall``, made from the schema that the API server is given.

A field that the schema gains is generated without a line here, unless the cluster wants more of its values than a
schema can say: then :data:`NARROWER` tells what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pydantic import ValidationError

from dixi_operator.api.checks import check_spec, explain_validation, read_install
from dixi_operator.api.findings import Finding
from dixi_operator.api.schema import build_schema
from tests.support.contradictions import CONTRADICTIONS

Spec: TypeAlias = dict[str, Any]
Schema: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str, ...]

MOST_FIELDS = 12
SCHEMA: Schema = build_schema()["properties"]["spec"]
CHARACTERS = st.characters(codec="utf-8")

POD_TEMPLATES = st.fixed_dictionaries(
    {},
    optional={
        "metadata": st.just({"annotations": {"example.com/team": "wall"}}),
        "spec": st.sampled_from(
            [
                {},
                {"terminationGracePeriodSeconds": 7},
                {"hostAliases": [{"ip": "10.0.0.7", "hostnames": ["camera"]}]},
                {"volumes": [{"name": "more", "emptyDir": {"sizeLimit": "1Mi"}}]},
                {"tolerations": [{"key": "wall", "operator": "Exists"}], "priority": None},
            ]
        ),
    },
)
EFFECTS = st.sampled_from(["NoSchedule", "PreferNoSchedule", "NoExecute"])
TOLERATIONS = st.one_of(
    st.fixed_dictionaries({"operator": st.just("Exists"), "effect": EFFECTS}),
    st.fixed_dictionaries({"key": st.sampled_from(["gpu", "example.com/gpu"]), "operator": st.just("Exists")}),
    st.fixed_dictionaries({"key": st.just("gpu"), "value": st.sampled_from(["", "yes"])}, optional={"effect": EFFECTS}),
)
GPU_PARTS = ("vision", "ollama")
EXPRESSIONS = st.sampled_from(
    ["device.driver == 'gpu.example.com'", "device.capacity['x.com'].size.compareTo(quantity('1')) > 0"]
)
NARROWER: Mapping[str, SearchStrategy[Any]] = {
    "frontend.service.nodePort": st.integers(30000, 32767),  # the API server's range, which is a flag of its own
    **{
        f"{part}.gpu.{name}": values
        for part in GPU_PARTS
        for name, values in {
            "nodeSelector": st.dictionaries(
                st.sampled_from(["gpu", "example.com/gpu.model"]), st.sampled_from(["", "yes", "A100-80GB"])
            ),
            "tolerations": st.lists(TOLERATIONS, max_size=3),
            "deviceSelectors": st.lists(EXPRESSIONS, max_size=2),
        }.items()
    },
    **{f"{part}.podTemplate": POD_TEMPLATES for part in sorted(SCHEMA["properties"])},
}
"""Values that a cluster takes, for fields where it is choosier than the schema of one field can be."""

COMPANIONS: Mapping[str, Spec] = {
    **{f"{part}.gpu.deviceSelectors": {part: {"gpu": {"deviceClass": "gpu.example.com"}}} for part in GPU_PARTS},
    "vision.autoscaling.enabled": {"vision": {"source": "push"}},
    "backup.destination.s3": {"backup": {"credentialsSecret": "bucket-keys"}},
    "redis.passwordSecret": {"redis": {"url": "redis://redis.data:6379"}},
    "frontend.service.nodePort": {"frontend": {"service": {"type": "NodePort"}}},
}
"""What a field cannot do without, so that it is not always taken away again for want of it."""

ALTERNATIVES: Mapping[str, Mapping[str, Spec]] = {
    "backup.destination": {"volume": {}, "s3": {"bucket": "archives"}},
}
"""Fields of an object of which there must be exactly one, and what they are at least."""

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    2**63,
    1e300,
    "",
    " ",
    "0",
    "true",
    "\x00",
    "a\nb",
    "\u2003",
    "\uff11Gi",
    "\N{COLLISION SYMBOL}",
    "\N{RIGHT-TO-LEFT OVERRIDE}evil",
    "{{ version }}",
    "$(reboot)",
    "../../etc/passwd",
    "-1Gi",
    "1e3",
    "0x10",
    "9" * 30 + "Pi",
    "a" * 1001,
    "-",
    ".",
    "/",
    "a..b",
    "http://user:secret@host/",
    [],
    [[]],
    [None],
    ["a", "a"],
    {},
    {"": ""},
    {"a": 1},
    {"a b": "c d"},
)
"""What a field may be given by somebody who has not read about it."""


def list_nodes(schema: Schema, path: Path = ()) -> Iterator[tuple[Path, Schema]]:
    """Every field below ``schema`` with its own schema; what is in lists belongs to the list."""
    for name, inner in schema.get("properties", {}).items():
        yield (*path, name), inner
        yield from list_nodes(inner, (*path, name))


NODES: Mapping[Path, Schema] = dict(list_nodes(SCHEMA))
LEAVES: Mapping[Path, Schema] = {path: schema for path, schema in NODES.items() if "properties" not in schema}


def list_used(value: Any, schema: Schema = SCHEMA, path: Path = ()) -> Iterator[Path]:
    """The fields, those within lists included, that ``value`` sets."""
    if isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield (*path, name)
                yield from list_used(value[name], inner, (*path, name))
    elif isinstance(value, list):
        for item in value:
            yield from list_used(item, schema.get("items", {}), path)


def list_settable(schema: Schema = SCHEMA, path: Path = ()) -> Iterator[Path]:
    """Every field that a specification can set, those within lists included."""
    for name, inner in schema.get("properties", {}).items():
        yield (*path, name)
        yield from list_settable(inner, (*path, name))
        yield from list_settable(inner.get("items", {}), (*path, name))


def values(schema: Schema, path: Path = ()) -> SearchStrategy[Any]:
    """Values that ``schema`` accepts, as far as one field alone decides it; KeyError for a type it does not know."""
    if (narrower := NARROWER.get(".".join(path))) is not None:
        return narrower
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("x-kubernetes-int-or-string"):
        return st.integers(1, 1000) | texts(schema)
    match schema["type"]:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])
        case "string":
            return texts(schema)
        case "array":
            least = max(schema.get("minItems", 0), int("properties" in schema["items"]))
            most = min(schema["maxItems"], 3)
            unique = schema.get("x-kubernetes-list-type") == "set"
            return st.lists(values(schema["items"], path), min_size=least, max_size=most, unique=unique)
        case "object":
            return objects(schema, path)
        case unknown:
            raise KeyError(f"values of type {unknown} at spec.{'.'.join(path)} are not generated yet")


def texts(schema: Schema) -> SearchStrategy[str]:
    """Texts within the length and pattern of ``schema``."""
    longest = schema.get("maxLength", 100)
    if "pattern" not in schema:
        return st.text(CHARACTERS, min_size=schema.get("minLength", 0), max_size=longest)
    pattern = re.compile(schema["pattern"], re.ASCII)
    return st.from_regex(pattern, fullmatch=True, alphabet=CHARACTERS).filter(lambda text: len(text) <= longest)


def objects(schema: Schema, path: Path) -> SearchStrategy[Spec]:
    """Objects with any of the fields of ``schema``, or maps of whatever names to its values."""
    if "additionalProperties" in schema:
        return st.dictionaries(st.text(CHARACTERS, max_size=20), values(schema["additionalProperties"]), max_size=3)
    fields = {name: values(inner, (*path, name)) for name, inner in schema["properties"].items()}
    return some(fields, schema.get("required", ()))


@st.composite
def some(draw: DrawFn, fields: Mapping[str, SearchStrategy[Any]], required: Sequence[str]) -> Spec:
    """Objects that have the required fields, and of the others about half."""
    return {name: draw(value) for name, value in fields.items() if name in required or draw(st.booleans())}


VALUES: Mapping[Path, SearchStrategy[Any]] = {path: values(schema, path) for path, schema in NODES.items()}


@st.composite
def shaped_specs(draw: DrawFn, leaf: Path | None = None) -> Spec:
    """Specifications, with the field ``leaf`` among others, each field of which is right by itself.

    Together they may contradict each other.
    """
    spec: Spec = {}
    others = st.lists(st.sampled_from(sorted(LEAVES)), unique=True, max_size=MOST_FIELDS)
    for path in (*draw(others), *([leaf] if leaf else [])):
        put(spec, path, draw(VALUES[path]))
    complete(draw, spec, SCHEMA)
    return spec


def complete(draw: DrawFn, value: Spec, schema: Schema, path: Path = ()) -> None:
    """Add the fields that the objects in ``value`` require."""
    for name, inner in schema.get("properties", {}).items():
        if name in schema.get("required", ()) and name not in value:
            value[name] = draw(VALUES[*path, name])
        if isinstance(value.get(name), dict):
            complete(draw, value[name], inner, (*path, name))


@st.composite
def valid_specs(draw: DrawFn, leaf: Path | None = None) -> Spec:
    """Specifications, mostly with the field ``leaf`` among others, with which the operator finds no fault.

    Where a specification contradicts itself, the fields that the findings blame are taken away until it does not.
    """
    spec = draw(shaped_specs(leaf))
    for path, alternatives in ALTERNATIVES.items():
        choose(draw, spec, (*path.split("."),), alternatives, leaf)
    for path, companion in COMPANIONS.items():
        if tuple(path.split(".")) in set(list_used(spec)):
            spec = merge(companion, spec)
    return settle(spec)


def settle(spec: Spec) -> Spec:
    """Take away what the findings blame until there are none; changes ``spec`` and returns it."""
    while findings := judge(spec):
        remove(spec, findings[0].field)
    return spec


def choose(draw: DrawFn, spec: Spec, path: Path, alternatives: Mapping[str, Spec], leaf: Path | None) -> None:
    """Leave exactly one of the alternatives below ``path``: the one with ``leaf`` in it, else one that is there."""
    found: Any = spec
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        return
    wanted = [name for name in alternatives if leaf and leaf[: len(path) + 1] == (*path, name)]
    chosen = draw(st.sampled_from(wanted or [name for name in alternatives if name in found] or [*alternatives]))
    for name in alternatives:
        if name != chosen:
            found.pop(name, None)
    found.setdefault(chosen, dict(alternatives[chosen]))


@st.composite
def odd_specs(draw: DrawFn) -> Any:
    """Specifications with up to three faults, and now and then something that is none at all.

    Not null: the API server requires a specification, and for the command line none is as good as an empty one.
    """
    spec: Any = draw(shaped_specs())
    for _ in range(draw(st.integers(0, 3))):
        spec = draw(st.sampled_from(DAMAGES))(draw, spec)
    return draw(st.sampled_from(ODD_VALUES[1:])) if draw(st.integers(0, 30)) == 30 else spec


def give_odd_value(draw: DrawFn, spec: Spec) -> Spec:
    """Any field, an object too, is something unheard of."""
    return _replace(spec, draw(st.sampled_from(sorted(NODES))), draw(st.sampled_from(ODD_VALUES)))


def overstep(draw: DrawFn, spec: Spec) -> Spec:
    """A number, a text or a list lies just beyond its bounds."""
    path = draw(st.sampled_from(sorted(LEAVES)))
    return _replace(spec, path, draw(beyond(LEAVES[path])))


def misspell(draw: DrawFn, spec: Spec) -> Spec:
    """An object has a field that does not exist."""
    parents = sorted(path for path in NODES if "properties" in NODES[path])
    path = draw(st.sampled_from([(), *parents]))
    name = draw(st.sampled_from(["colour", "Replicas", "", "nodeport", "a.b", "\N{SNOWMAN}"]))
    return _replace(spec, (*path, name), draw(st.sampled_from(ODD_VALUES).filter(lambda value: value is not None)))


def damage_text(draw: DrawFn, spec: Spec) -> Spec:
    """A text that was right has a character too many."""
    paths = sorted(path for path, schema in LEAVES.items() if schema.get("type") == "string" and "enum" not in schema)
    path = draw(st.sampled_from(paths))
    text: str = draw(VALUES[path])
    place = draw(st.integers(0, len(text)))
    return _replace(spec, path, text[:place] + draw(CHARACTERS) + text[place:])


def contradict(draw: DrawFn, spec: Spec) -> Spec:
    """Two fields exclude each other."""
    return merge(spec, draw(st.sampled_from(list(CONTRADICTIONS.values()))))


DAMAGES = (give_odd_value, overstep, misspell, damage_text, contradict)


def beyond(schema: Schema) -> SearchStrategy[Any]:
    """Values just beyond what ``schema`` accepts."""
    match schema:
        case {"minimum": least, "maximum": most}:
            return st.sampled_from([least - 1, most + 1, float(least), str(least)])
        case {"type": "array", "items": items, "maxItems": most}:
            return values(items).map(lambda item: [item] * (most + 1))
        case {"maxLength": most}:
            return st.sampled_from(["a" * (most + 1), "1" * (most + 1), "\N{SNOWMAN}" * most])
        case {"enum": [first, *_]}:
            return st.sampled_from([first.upper(), first.lower(), f"{first} "])
        case _:
            return st.sampled_from(ODD_VALUES)


def judge(spec: Any, name: str = "dixi") -> list[Finding]:
    """What the operator has against a specification."""
    try:
        return check_spec(read_install(describe(spec, name)))
    except ValidationError as error:
        return explain_validation(error)


def describe(spec: Any, name: str = "dixi") -> dict[str, Any]:
    """The document that somebody would apply."""
    return {"apiVersion": "dixi.io/v1alpha1", "kind": "DixiInstall", "metadata": {"name": name}, "spec": spec}


def put(spec: Spec, path: Path, value: Any) -> None:
    """Set the field at ``path``, and make or replace what is above it."""
    *parents, last = path
    for name in parents:
        if not isinstance(spec.get(name), dict):
            spec[name] = {}
        spec = spec[name]
    spec[last] = value


def remove(spec: Spec, field: str) -> None:
    """Remove the field that a finding names, or the nearest object around it that is there."""
    names = re.sub(r"\[\d+\]", "", field).removeprefix("spec.").split(".")
    above = [spec]
    for name in names[:-1]:
        if not isinstance(above[-1].get(name), dict):
            break
        above.append(above[-1][name])
    for parent, name in reversed(list(zip(above, names, strict=False))):
        if name in parent:
            del parent[name]
            return
    raise AssertionError(f"the finding blames {field}, of which nothing is in {spec}")


def merge(first: Spec, second: Spec) -> Spec:
    """Both; where they differ, the second. ``None`` takes a field away."""
    result = deepcopy(first)
    for name, value in second.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merge(result[name], value)
        else:
            result[name] = deepcopy(value)
    return result


def _replace(spec: Spec, path: Path, value: Any) -> Spec:
    changed = deepcopy(spec)
    put(changed, path, value)
    return changed
