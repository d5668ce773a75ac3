"""Policy is data: what `policy/*.yaml` may say, one file of rules a module."""
