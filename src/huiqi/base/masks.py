"""Personal data as others may see it: with the middle hidden, 脱敏."""


def masked_code(code: str) -> str:
    """
    >>> masked_code("91370200MA3C0D1EXF")
    '9137**********1EXF'
    """
    return f"{code[:4]}{'*' * max(len(code) - 8, 0)}{code[-4:]}"


def masked_name(name: str) -> str:
    """A name with its middle hidden.

    >>> masked_name("合成市南机械有限公司"), masked_name("王某"), masked_name("")
    ('合成******公司', '王*', '')
    """
    if len(name) < 5:
        return name[:1] + "*" * (len(name) - 1)
    return f"{name[:2]}{'*' * (len(name) - 4)}{name[-2:]}"
