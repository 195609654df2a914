"""``dixi report``: a bundle for a ticket, without secrets."""
