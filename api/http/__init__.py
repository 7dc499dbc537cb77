"""What every endpoint has alike: one wrapper, authentication, bodies, problems, limits, the OpenAPI document."""
