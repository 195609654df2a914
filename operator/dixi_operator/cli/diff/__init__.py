"""``dixi diff``: what the operator would change."""
