"""Zones, beacons, presence and triggers."""
