"""Joining the platform: applications, the desk that vets them, invitations."""
