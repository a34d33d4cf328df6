"""Personal data: what is forgotten by itself, and what a person may ask for (docs/privacy.md)."""
