"""Proposing: what anybody may tell us of a place, without an account, and what became of it."""
