"""The one queue of proposals: what is proposed, what is decided, and how it is undone (docs/proposals.md)."""
