"""Who may do what: keys, signed tokens, and what each route asks for."""
