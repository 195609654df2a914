"""The custom resource: its types, names, reasons, defaults and checks."""
