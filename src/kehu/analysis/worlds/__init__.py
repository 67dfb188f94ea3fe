"""Simulated companies: sample data now, planted causes later."""
