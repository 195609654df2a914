"""Frames that clients push: each client's are a stream of their own."""
