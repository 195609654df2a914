"""From a question to what the model is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dixi_runtime.backend.ai.situation import describe, describe_gesture, read_gesture, read_place
from dixi_runtime.backend.ai.templates import GENERAL, POINT, WAVE

SYSTEM_PROMPT: Final = (
    "You are Dixi. You watch people through a camera and answer them on a wall. You are told which gesture a person "
    "makes and sometimes what they ask. Answer in one or two short sentences with exactly one emoji. Speak of what the "
    "person does or asks, never of projectors, mappings or your own workings."
)


@dataclass(frozen=True)
class Question:
    """What somebody asks: with a ``remark`` or a ``context`` of what is known about them, and perhaps an image.

    ``template`` names the prompt template to put it into, with ``variables`` for it; empty for the one that fits.
    """

    query: str
    context: Mapping[str, Any] = field(default_factory=dict)
    remark: str = ""
    template: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    images: tuple[bytes, ...] = ()


def choose_template(question: Question) -> tuple[str, dict[str, str]]:
    """The id of the template for a question, and the values of its variables."""
    gesture = read_gesture(question.context)
    sentences = describe(question.context)
    place = read_place(gesture)
    chosen, values = GENERAL, {"query": question.query}
    if gesture.get("type") == "point" and place is not None:
        chosen, values = POINT, {**values, "x": f"{place[0]:.2f}", "y": f"{place[1]:.2f}"}
    elif gesture.get("type") == "wave":
        chosen = WAVE
    elif gesture:
        sentences = [describe_gesture(gesture), *sentences]
    values["situation"] = " ".join([*sentences, question.remark]).strip()
    return question.template or chosen, {**values, **question.variables}


def tidy(text: str) -> str:
    """The text of a rendered template without the gaps that empty variables leave."""
    lines = (" ".join(line.split()) for line in text.strip().splitlines())
    return "\n".join(lines)
