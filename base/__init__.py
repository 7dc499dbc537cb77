"""Settings, database, jobs, keys, errors, clock, localized text and migrations; knows nothing of the town."""
