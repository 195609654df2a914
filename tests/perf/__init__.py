"""Measures the operator against the API server's own record, and against a minimal controller in Go."""
