"""The live scene as a value, and what can become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from dixi_runtime.backend.live_scene.objects import LiveObject
from dixi_runtime.backend.projection.scenes import MAX_OBJECTS

MOST_UNDONE: Final = 20
"""How many steps can be taken back."""


@dataclass(frozen=True)
class LiveScene:
    """The objects, oldest first, which of them is selected, and the steps that led here.

    ``revision`` grows with every change, ``step`` with every change that can be taken back as one: a whole drag is one.
    ``cleared`` is when somebody last waved everything away, in Unix milliseconds: what the AI said before is to go.
    """

    objects: tuple[LiveObject, ...] = ()
    selected: str | None = None
    revision: int = 0
    step: int = 0
    cleared: int = 0
    past: tuple[tuple[LiveObject, ...], ...] = ()

    @property
    def selection(self) -> LiveObject | None:
        """The selected object."""
        return next((found for found in self.objects if found.id == self.selected), None)

    def begin_step(self) -> Self:
        """From here on, what changes is a step of its own."""
        past = (*self.past, self.objects)[-MOST_UNDONE:]
        return replace(self, past=past, step=self.step + 1)

    def add(self, added: LiveObject) -> Self:
        """With one more object, which is selected; without the oldest where there would be too many."""
        objects = (*self.objects, added)[-MAX_OBJECTS:]
        return replace(self, objects=objects, selected=added.id, revision=self.revision + 1)

    def change_selection(self, change: Callable[[LiveObject], LiveObject]) -> Self:
        """With the selected object changed."""
        objects = tuple(change(found) if found.id == self.selected else found for found in self.objects)
        return self if objects == self.objects else replace(self, objects=objects, revision=self.revision + 1)

    def delete_selection(self) -> Self:
        """Without the selected object."""
        objects = tuple(found for found in self.objects if found.id != self.selected)
        return replace(self, objects=objects, selected=None, revision=self.revision + 1)

    def select(self, wanted: str | None) -> Self:
        """With another selection, or none."""
        return self if wanted == self.selected else replace(self, selected=wanted, revision=self.revision + 1)

    def clear(self, now_ms: int) -> Self:
        """With nothing selected, and what the AI has said gone."""
        return replace(self, selected=None, cleared=now_ms, revision=self.revision + 1)

    def show(self, objects: tuple[LiveObject, ...]) -> Self:
        """With these objects in the place of all, as one step."""
        return replace(self.begin_step(), objects=objects[-MAX_OBJECTS:], selected=None, revision=self.revision + 1)

    def undo(self) -> Self:
        """As before the last step; the same scene where there is none."""
        if not self.past:
            return self
        objects, past = self.past[-1], self.past[:-1]
        kept = self.selected if any(found.id == self.selected for found in objects) else None
        return replace(self, objects=objects, past=past, selected=kept, revision=self.revision + 1, step=self.step + 1)

    def adopt(self, other: LiveScene) -> LiveScene:
        """The scene that holds where another replica has come to another one: the one that has changed more often.

        Both sides decide the same. What is taken over can be taken back here as well.
        """
        if _rank(other) <= _rank(self):
            return self
        past = (*self.past, self.objects)[-MOST_UNDONE:] if other.step > self.step else self.past
        return replace(other, past=past)

    def as_json(self) -> dict[str, Any]:
        """The scene as pages get it."""
        return {
            "objects": [found.as_json() for found in self.objects],
            "selected": self.selected,
            "revision": self.revision,
            "step": self.step,
            "cleared": self.cleared,
            "undoable": len(self.past),
        }


def _rank(scene: LiveScene) -> tuple[int, str]:
    return scene.revision, repr((scene.objects, scene.selected))
