"""Tests of surveys.forms."""
