"""Places that are asked for: applications, and those who confirm them."""
