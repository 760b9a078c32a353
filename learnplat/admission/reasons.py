"""Why an application is declined. The applicant reads a sentence for each code."""

REASONS = (
    "not_an_official",
    "address_not_official",
    "institution_not_confirmed",
    "incomplete",
    "duplicate",
    "other",
)
