"""Proposals: taking them in, following them, deciding on them (docs/proposals.md)."""
