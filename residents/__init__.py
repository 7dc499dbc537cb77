"""Pseudonymous residents: credentials, links, interests and areas."""
