"""HTTP: the app as values, one folder per audience, one endpoint wrapper."""
