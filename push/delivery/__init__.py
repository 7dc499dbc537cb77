"""Deliveries on their way: leased, held to the town's sending policy, handed to couriers, recorded."""
