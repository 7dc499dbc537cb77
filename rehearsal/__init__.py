"""The main job played through with simulated residents and a local FCM peer; never part of production."""
