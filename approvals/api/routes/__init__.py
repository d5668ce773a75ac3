"""The resources of the API, one module a noun; each is found by its `router`."""
