"""The public pages, one module per subject."""
