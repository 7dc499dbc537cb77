"""Tests of insights/disclosure_control."""
