"""A zone as somebody draws it: read from GeoJSON, set right where that is safe, brought into degrees, or refused."""
