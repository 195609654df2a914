"""Tests of this folder run against a real API server with its controllers; the nodes are kwok's."""

from tests.support.fake import api, gateway, operator

__all__ = ["api", "gateway", "operator"]
