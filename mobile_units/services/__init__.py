"""The verbs of planners: each write in one transaction, with its conditions, its trace, its passages."""
