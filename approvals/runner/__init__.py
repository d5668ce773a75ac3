"""Getting flows run."""
