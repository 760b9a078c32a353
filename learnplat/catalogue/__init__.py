"""Courses, modules and units in four languages, as editions."""
