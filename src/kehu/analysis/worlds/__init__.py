"""Simulated companies: sample data now, planted causes later."""

from kehu.analysis.worlds.sample import LANGUAGES, World, sample, sample_log, sample_table

__all__ = ["LANGUAGES", "World", "sample", "sample_log", "sample_table"]
