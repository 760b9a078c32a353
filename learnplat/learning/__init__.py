"""Course runs, enrolments, progress and completions."""
