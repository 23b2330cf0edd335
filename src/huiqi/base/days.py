"""Days as people write them into forms and addresses."""

from datetime import date


def day_from(text: str | None) -> date | None:
    """None for what is no day.

    >>> day_from("2013-06-30"), day_from("30 June"), day_from(None)
    (datetime.date(2013, 6, 30), None, None)
    """
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
