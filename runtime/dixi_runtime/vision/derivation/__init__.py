"""From the landmarks of a face or a body to the objects that go over the wire: pure functions, no state."""

from .body import build_body
from .eyes import build_eyes
from .face import build_face

__all__ = ["build_body", "build_eyes", "build_face"]
