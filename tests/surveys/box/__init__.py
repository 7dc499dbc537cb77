"""Tests of surveys.box."""
