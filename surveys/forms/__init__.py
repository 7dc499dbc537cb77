"""What is asked and what may be answered: pure, without a database."""
