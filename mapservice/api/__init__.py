"""What every address of the API shares: parameters, formats, problems, pages, caching. Knows no app."""
