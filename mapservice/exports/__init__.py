"""The files that others pull, at stable addresses."""
