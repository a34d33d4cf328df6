"""Pages of proposers."""
