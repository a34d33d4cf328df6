"""One reading of a source of places: fetch → read → clean → diff → apply → report; `run.py` is the entry."""
