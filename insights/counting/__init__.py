"""Answers counted: into which groups a questionnaire lets them fall, and how many are in each. Not fit to be shown."""
