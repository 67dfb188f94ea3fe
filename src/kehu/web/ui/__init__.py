"""How the site looks: base templates, components, template tags."""
