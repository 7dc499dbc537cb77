"""Messages of staff and notices of the municipality: written, launched, frozen, scheduled, recalled, counted."""
