"""Says where an answer is not of the shape that clients expect; more keys than expected are fine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Kind:
    """A JSON type by name, with the Python types that stand for it."""

    name: str
    types: tuple[type, ...]

    def accepts(self, value: object) -> bool:
        """Whether ``value`` is of this type; a truth value is no number."""
        return isinstance(value, self.types) and (bool in self.types or not isinstance(value, bool))


@dataclass(frozen=True)
class Each:
    """A list whose every entry has a shape."""

    shape: Shape


@dataclass(frozen=True)
class Maybe:
    """A shape, or null."""

    shape: Shape


@dataclass(frozen=True)
class Exactly:
    """One value."""

    value: object


Fields = Mapping[str, Any]
"""The keys of an object and the shape of each."""

Shape = Kind | Each | Maybe | Exactly | Fields

STR: Final = Kind("string", (str,))
NUM: Final = Kind("number", (int, float))
BOOL: Final = Kind("boolean", (bool,))
OBJECT: Final = Kind("object", (dict,))
LIST: Final = Kind("list", (list,))
ANY: Final = Kind("anything", (object, bool))


def differences(value: object, shape: Shape, path: str = "$") -> Iterator[str]:
    """One sentence for each place that is not as the shape has it."""
    match shape:
        case Kind():
            if not shape.accepts(value):
                yield f"{path} is {value!r:.60} and should be a {shape.name}"
        case Exactly():
            if value != shape.value:
                yield f"{path} is {value!r:.60} and should be {shape.value!r}"
        case Maybe():
            if value is not None:
                yield from differences(value, shape.shape, path)
        case Each():
            if not isinstance(value, list):
                yield f"{path} is {value!r:.60} and should be a list"
                return
            for number, entry in enumerate(value):
                yield from differences(entry, shape.shape, f"{path}[{number}]")
        case _:
            if not isinstance(value, dict):
                yield f"{path} is {value!r:.60} and should be an object"
                return
            for key, inner in shape.items():
                if key in value:
                    yield from differences(value[key], inner, f"{path}.{key}")
                else:
                    yield f"{path} has no {key}"
