"""The calls of the interface, a module for each group of it. They are reached through ``paymirror.Client``."""
