"""Everything that brings data in from files of others; nothing else writes in bulk (docs/importing.md)."""
