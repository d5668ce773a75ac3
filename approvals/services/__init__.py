"""One function per act. The transaction begins and ends here; desk, API, CLI and flows are doors to the same acts."""
