"""Signing in at one's own institution: linked by the person, never by an address."""
