"""How often one client may ask."""
