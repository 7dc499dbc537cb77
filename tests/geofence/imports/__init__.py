"""Tests of geofence/imports."""
