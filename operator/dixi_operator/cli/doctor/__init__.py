"""``dixi doctor``: whether a cluster is fit for Dixi."""
