"""HTTP manners: doors, pages, API, errors, mail. It knows no domain."""
