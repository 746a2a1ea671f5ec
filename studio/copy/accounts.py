"""Whether the account that something was done under names a person at all."""

ACCOUNTS = frozenset({"root", "administrator", "admin", "user", "ubuntu"})  # names that computers give, not people


def names_somebody(account: str) -> bool:
    """False for an account that every computer has, or that is a number: no reader knows who it is."""
    return bool(account) and account.casefold() not in ACCOUNTS and not account.isdecimal()
