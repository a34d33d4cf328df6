"""Keeping records true: when each is due, who is asked, what is flagged to moderators (docs/freshness.md)."""
