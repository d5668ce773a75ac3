"""A proposal as a sequence of short pages: which questions there are, what was typed, and what is wrong with it."""
