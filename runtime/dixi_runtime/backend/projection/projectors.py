"""How each of several projectors shows its part of the wall."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dixi_runtime.backend.projection.homography import check_quad

MAX_PROJECTORS: Final = 16

ProjectorName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]

_Share = Annotated[float, Field(ge=0, le=1)]
_Around = Annotated[float, Field(ge=-0.5, le=1.5)]
_Blend = Annotated[float, Field(ge=0, le=0.5)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Region(_Strict):
    """The part of the wall that a projector shows, in shares of the wall, y down."""

    x: _Share = 0.0
    y: _Share = 0.0
    width: Annotated[float, Field(ge=0.05, le=1)] = 1.0
    height: Annotated[float, Field(ge=0.05, le=1)] = 1.0

    @model_validator(mode="after")
    def _check_end(self) -> Self:
        if self.x + self.width > 1.001 or self.y + self.height > 1.001:
            raise ValueError("The region must end within the wall: x + width and y + height are at most 1")
        return self


class Place(_Strict):
    """A point of the projector's picture, in shares of it, y down; it may lie outside."""

    x: _Around
    y: _Around


class Corners(_Strict):
    """Where the corners of the region go in the projector's picture, so that the wall sees it straight."""

    topLeft: Place = Place(x=0, y=0)  # noqa: N815 - the name on the wire
    topRight: Place = Place(x=1, y=0)  # noqa: N815 - the name on the wire
    bottomRight: Place = Place(x=1, y=1)  # noqa: N815 - the name on the wire
    bottomLeft: Place = Place(x=0, y=1)  # noqa: N815 - the name on the wire

    @model_validator(mode="after")
    def _check_quad(self) -> Self:
        flaw = check_quad({name: (place.x, place.y) for name, place in self})
        if flaw is not None:
            raise ValueError(flaw)
        return self


class Blend(_Strict):
    """How wide each edge fades that another projector overlaps, in shares of the picture."""

    left: _Blend = 0.0
    right: _Blend = 0.0
    top: _Blend = 0.0
    bottom: _Blend = 0.0


class ProjectorBody(_Strict):
    """What ``PUT /api/projection/projectors/{name}`` takes; without anything, the whole wall as it is."""

    region: Region = Region()
    corners: Corners = Corners()
    blend: Blend = Blend()
