"""A full town: what a municipality has after some years, and what each page and list of it costs to read."""
