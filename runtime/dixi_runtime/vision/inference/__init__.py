"""The landmarkers in a process of their own: no other Python thread slows it, and one that hangs can be ended."""
