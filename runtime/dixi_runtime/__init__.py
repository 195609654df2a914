"""Dixi's runtime: one image with the roles vision, backend and frontend, and all three in one process."""
