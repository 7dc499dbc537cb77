"""Tests of geofence/engine."""
