"""The database: engine and sessions, the trail of events, named queries, migrations."""
