"""What makes the rooms one site: settings, urls, navigation, security headers."""
