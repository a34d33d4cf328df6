"""The pages of the planner's desk, one module per subject."""
