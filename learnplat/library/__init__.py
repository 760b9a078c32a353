"""The instruments that the curriculum cites."""
