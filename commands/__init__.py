"""The command line and how processes are put together."""
