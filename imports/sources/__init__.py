"""One module per format of places: its columns, its vocabularies, its few corrections."""
