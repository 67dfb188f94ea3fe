"""Settings of the documentation."""

project = "Kehu"
author = "The Kehu authors"
copyright = "2026, The Kehu authors"  # noqa: A001 - Sphinx's own name for it
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Kehu"
exclude_patterns = ["_build", "reference/items.toml"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5d5b", "color-brand-content": "#0b5d5b"},
    "dark_css_variables": {"color-brand-primary": "#5cc2bd", "color-brand-content": "#5cc2bd"},
}
