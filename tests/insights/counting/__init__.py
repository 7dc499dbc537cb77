"""Tests of insights/counting."""
