"""Live expert discussions: the schedule and its seats."""
