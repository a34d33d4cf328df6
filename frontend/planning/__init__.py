"""The planner's desk, /planification/: pages that work as plain forms; scripts only spare clicks."""
