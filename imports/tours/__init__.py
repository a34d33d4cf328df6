"""Tours of mobile units from spreadsheets and from published files, and back (docs/planning-files.md)."""
