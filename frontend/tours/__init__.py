"""The public pages of the mobile units: rounds, units, stops, and what goes on the town hall's board."""
