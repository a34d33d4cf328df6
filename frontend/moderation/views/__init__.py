"""The pages of the moderators' desk, one module per subject."""
