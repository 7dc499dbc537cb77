"""Tests in a resident's words, against a real PostgreSQL."""
