"""Questions that span apps: what is nearest, what is called so, how much is where."""
