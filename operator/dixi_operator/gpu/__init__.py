"""Who may have which GPU: what nodes offer, who holds it, and what follows for one install."""
