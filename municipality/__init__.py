"""Municipalities, their staff, roles and sign-in."""
