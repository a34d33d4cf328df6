"""The catalogue as the national schema writes it."""
