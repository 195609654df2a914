"""Renders the reference pages of ``docs/`` from the code, so that they cannot go stale."""
