"""Made-up details from ranges that are reserved for examples: nobody lives there, no checksum holds by accident."""

from studio.prepare.private.details import Detail


def fake(detail: Detail, number: int) -> str:
    """The number-th made-up detail of this kind."""
    if detail.kind == "email":
        return f"person{number}@example.org"
    if detail.kind == "phone":
        return (
            f"+1 202 555 {100 + number % 100:04d}"
            if number < 100
            else f"+1 202 555 {100 + number % 100:04d} ext. {number}"
        )
    if detail.kind == "card":
        return f"0000 0000 {number // 10_000 % 10_000:04d} {number % 10_000:04d}"
    if detail.kind == "iban":
        return f"XX00 0000 {number // 10_000 % 10_000:04d} {number % 10_000:04d}"
    if detail.kind == "ip":
        return f"192.0.2.{number % 256}" if number < 256 else f"198.51.100.{number % 256}"
    if detail.kind == "url":
        return f"https://example.org/{number}"
    return f"000-00-{number:04d}"
