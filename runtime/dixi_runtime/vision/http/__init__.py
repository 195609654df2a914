"""The vision role's HTTP and WebSocket routes."""
