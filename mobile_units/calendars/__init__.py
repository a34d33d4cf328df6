"""Calendars (RFC 5545) and feeds (RFC 4287) of the passages: by stop, by commune, by unit."""
