"""What a fix or a sighting means: places laid out, probability, memory, triggers. Pure, and without a database."""
