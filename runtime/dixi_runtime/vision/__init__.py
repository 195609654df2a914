"""The vision role: source -> newest frame -> landmarker -> gestures -> newest result -> subscribers and backend."""
