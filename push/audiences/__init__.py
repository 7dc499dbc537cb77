"""Whom a message or survey is for, and what staff see of them, counted in last night's snapshot."""
