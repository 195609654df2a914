"""The scene that hands build on the wall, the same on every page."""
