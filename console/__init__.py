"""The pages of staff, planners and residents."""
