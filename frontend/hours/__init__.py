"""The weekly grid of opening hours: a form, its reading back in words, its page parts."""
