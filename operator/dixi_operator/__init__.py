"""Reconciles ``DixiInstall`` resources into a running Dixi."""
