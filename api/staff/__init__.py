"""Those who work for the municipality."""
