"""The only shared spatial code: querysets and pieces of SQL. Knows no app."""
