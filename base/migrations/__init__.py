"""The schema's history, in Tortoise's own migrations."""
