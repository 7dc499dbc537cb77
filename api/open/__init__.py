"""Open to all."""
