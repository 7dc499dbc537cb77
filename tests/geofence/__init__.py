"""Tests of geofence."""
