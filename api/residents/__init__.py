"""Residents, through the app."""
