"""Cells of files of others → values of ours, or a finding that says why not. Pure functions."""
