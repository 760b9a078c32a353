"""Other people's formats: calendars and programmes of an older platform."""
