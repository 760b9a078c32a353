"""Another address for an account: asked for, proved by a link, told to both."""
