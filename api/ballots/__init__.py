"""The anonymous door: answers, from nobody in particular."""
