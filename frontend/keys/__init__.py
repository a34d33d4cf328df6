"""Pages about the keys of the API: the same for owners of an organisation and for moderators."""
