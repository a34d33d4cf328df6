"""Settings: `base` holds what every environment shares; `dev`, `test` and `prod` say how they differ."""
