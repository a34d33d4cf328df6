"""The verbs that write the catalogue: its life, its addresses, its audit, its demonstration."""
