"""How it looks: base templates, components as template tags, formats of numbers, exports of tables."""
