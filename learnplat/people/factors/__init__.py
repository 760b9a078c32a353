"""A second factor: passkeys, codes by an app, and the recovery codes for when both are lost."""
