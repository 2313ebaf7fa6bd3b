"""Helpers of the `dev` script."""
