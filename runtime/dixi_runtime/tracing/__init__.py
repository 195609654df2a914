"""Ties what one request causes together, here and at the services that it is passed on to."""
