"""Oversight: the audit log as those see it who answer for the platform."""
