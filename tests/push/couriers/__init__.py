"""Tests of push.couriers."""
