"""Shapes that more than one audience sends or is given."""
