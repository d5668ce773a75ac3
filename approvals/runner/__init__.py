"""Who runs the flows: everything here knows Prefect, and the rest of the house asks through it."""
