"""Push: telling the right residents, at the right time, that something waits for them."""
