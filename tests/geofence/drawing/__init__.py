"""Tests of geofence/drawing."""
