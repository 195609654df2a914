"""Measurements of the vision service: beside a bare MediaPipe loop, and for long."""
