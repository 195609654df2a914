"""The limits of the backend under a camera that never rests."""
