"""The pages of the partners' desk, one module per subject."""
