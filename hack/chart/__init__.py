"""Makes the parts of the chart that come from the code, and plain manifests from the chart."""
