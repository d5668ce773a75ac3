"""Agreements in Word: templates, filling, proof, the gate for incoming files, and comparison.

The only room that opens Word files. What comes in are plain values and bytes, what goes out are bytes and small
dataclasses, so nothing outside needs to know how Word works.
"""
