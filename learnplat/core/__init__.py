"""What everyone may know: people who act, refusals, languages, countries, time."""
