"""The questions as addresses of the API."""
