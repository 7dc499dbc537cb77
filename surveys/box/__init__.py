"""Answers go in with a ballot and without a name; the box is shaken, counted, and emptied."""
