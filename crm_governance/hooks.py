"""Install and uninstall hooks."""


def pre_init_hook(env):
    """Add our columns to big core tables before the ORM would rewrite them."""


def uninstall_hook(env):
    """Remove what the registry cannot remove by itself."""
    # Steps hold on to their groups, which would outlive the addon. Their tables
    # are dropped anyway, but only after the groups.
    env.cr.execute(
        "TRUNCATE governance_approval_step, governance_approval_request_step CASCADE"
    )
