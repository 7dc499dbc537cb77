"""Surveys, ballots, the box, launching, invitations and the feed."""
