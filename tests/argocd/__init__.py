"""The manifests as a cluster would read them."""
