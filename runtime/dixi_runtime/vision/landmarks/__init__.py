"""From frames to hand landmarks, by MediaPipe."""
