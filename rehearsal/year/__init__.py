"""A believable year of a demo municipality, filled in through the functions that staff and residents use."""
