"""Vehicles that carry services: units, stops, itineraries (the rule) and passages (the facts)."""
