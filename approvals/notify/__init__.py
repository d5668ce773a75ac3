"""Telling people by mail: the real sender, and one that only keeps what it would have sent."""
