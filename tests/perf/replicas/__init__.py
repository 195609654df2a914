"""Two backend replicas on a real Redis: how fast events cross, and what is left of them when something is killed."""
