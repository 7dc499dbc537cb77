"""Tests of surveys.hearings."""
