"""People and their scopes, as the administrator keeps them. In the shell, because units come from the registry."""
