"""Kehu (客户, customer): a company's customer service as one closed loop."""

__version__ = "0.1.0"
