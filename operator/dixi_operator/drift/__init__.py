"""Fields that somebody else has changed: which, by whom, and what is to be done about them. No I/O."""
