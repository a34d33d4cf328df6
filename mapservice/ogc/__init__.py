"""The root of the API as an OGC API – Features service."""
