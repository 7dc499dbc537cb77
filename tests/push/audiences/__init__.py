"""Tests of push.audiences."""
