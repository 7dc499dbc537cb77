"""Tests of municipality."""
