"""Install and uninstall hooks."""


def pre_init_hook(env):
    """Add our columns to big core tables before the ORM would rewrite them."""


def uninstall_hook(env):
    """Remove what the registry cannot remove by itself."""
