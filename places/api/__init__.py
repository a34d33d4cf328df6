"""The collections of the catalogue, and the API of proposals."""
