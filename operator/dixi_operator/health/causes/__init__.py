"""Why an install is not Ready, read off the cluster by named checks in a fixed order, without I/O."""
