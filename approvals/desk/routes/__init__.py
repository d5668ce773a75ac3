"""The rooms of the desk, one module each, with a `router`. `app.py` finds them by themselves."""
