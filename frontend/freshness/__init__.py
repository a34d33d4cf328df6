"""Pages that keep records true: the link of a mail, campaigns, the health of the data (docs/freshness.md)."""
