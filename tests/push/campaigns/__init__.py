"""Tests of push.campaigns."""
