"""The desk: the pages on which officers, reviewers and administrators work. Thin over the services, as every door."""
