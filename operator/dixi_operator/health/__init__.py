"""From live objects to conditions and reasons, without I/O."""
