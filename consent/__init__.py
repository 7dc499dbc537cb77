"""Purposes and notices, the ledger, the gate."""
