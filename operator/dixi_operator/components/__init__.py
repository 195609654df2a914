"""Pure builders of the objects an install consists of, one file a component."""
