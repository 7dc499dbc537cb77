"""Zones from files: features read in a process of their own, matched with the zones that are there, and kept."""
