"""Whoever carries a wake-up to a phone: FCM and browsers' push services, and what their answers mean."""
