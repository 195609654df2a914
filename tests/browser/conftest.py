"""Tests of this folder run on the real node."""

from tests.support.node import cluster, install

__all__ = ["cluster", "install"]
