"""Measurements: each beside a bare limit or a peer in the same run, since machines are noisy and ratios are not."""
