"""The post, the answers and the preview."""
