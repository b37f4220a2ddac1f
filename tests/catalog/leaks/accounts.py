"""The leak matrix of accounts: pages of one's own, which tell nothing of what is secret."""

from tests.catalog.leaks.rows import Open, Row

ROWS: dict[str, Row] = {
    # One's own tokens: tests in test_leaks_tokens.py.
    "portal:account": Open("/account/"),
    "portal:password": Open("/account/password/"),
    "portal:token-revoke": Open("/account/tokens/none/revoke/"),
    "api:tokens": Open("/api/v1/tokens/"),
    "api:token": Open("/api/v1/tokens/none/"),
    "account_login": Open("/sign-in/"),
    "account_logout": Open("/sign-out/"),
    "account_inactive": Open("/sign-in/inactive/"),
    "socialaccount_login_error": Open("/sign-in/failed/"),
    "socialaccount_login_cancelled": Open("/sign-in/cancelled/"),
    "socialaccount_signup": Open("/sign-in/signup/"),
    "openid_connect_login": Open("/sign-in/institute/login/"),
    "openid_connect_callback": Open("/sign-in/institute/login/callback/"),
}

FILTERED: tuple[str, ...] = ()
