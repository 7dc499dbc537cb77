"""Hearings: proposals with documents and a deadline, statements about them, and what became of it all."""
