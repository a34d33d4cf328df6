"""The Django project: wiring, tools that every app shares, and the questions that span apps."""
