"""What planners and the public may see: releases and their suppression."""
