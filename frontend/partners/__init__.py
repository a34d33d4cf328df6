"""The desk of partners: their venues and Wi-Fi points, kept true by those who run them (docs/proposals.md)."""
