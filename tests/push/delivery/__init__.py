"""Tests of push.delivery."""
