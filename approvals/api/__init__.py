"""The REST face of the services: for programs, with the same rules as the desk and the command line."""
