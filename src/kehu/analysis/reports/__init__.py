"""A findings report as one HTML file."""
