"""Reads CBOR as our files are written, and nothing else of it.

A general reader makes regular expressions, fractions with a thousand digits and structures that
contain themselves of a few bytes. Here are numbers, texts, bytes, lists, mappings by text, yes, no
and nothing: in their shortest form, of known length, none in itself, and none left over at the end.
"""

from typing import Any

DEEPEST = 24
"""Lists and mappings inside each other."""
LARGEST_NUMBER = 65_536
"""Bytes of a number: no amount comes near it, but what a claim works out may be long."""
UNSIGNED, NEGATIVE, BYTES, TEXT, LIST, MAPPING, TAG, SIMPLE = range(8)
PLAIN = {20: False, 21: True, 22: None}
POSITIVE_BIGNUM, NEGATIVE_BIGNUM = 2, 3


class NotOurs(Exception):
    """Something that we do not write; says what."""


def loads(data: bytes) -> Any:
    """The value that all of the data stands for. Raises NotOurs."""
    value, end = _value(data, 0, 0)
    if end != len(data):
        raise NotOurs("something follows its end")
    return value


def _value(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if at >= len(data):
        raise NotOurs("truncated or corrupt: not complete CBOR")
    kind, short = data[at] >> 5, data[at] & 31
    if kind == SIMPLE:
        if short not in PLAIN:
            raise NotOurs("holds a fraction, or a value that we do not write")
        return PLAIN[short], at + 1
    size, at = _size(data, at + 1, short)
    if kind == UNSIGNED:
        return size, at
    if kind == NEGATIVE:
        return -1 - size, at
    if kind == TAG:
        return _bignum(data, at, size)
    if size > len(data) - at:  # everything takes at least one byte
        raise NotOurs("truncated or corrupt: not complete CBOR")
    if kind == BYTES:
        return data[at : at + size], at + size
    if kind == TEXT:
        try:
            return data[at : at + size].decode(), at + size
        except UnicodeDecodeError:
            raise NotOurs("holds text that is not UTF-8") from None
    if depth == DEEPEST:
        raise NotOurs(f"nested more than {DEEPEST} deep")
    return _list(data, at, size, depth) if kind == LIST else _mapping(data, at, size, depth)


def _size(data: bytes, at: int, short: int) -> tuple[int, int]:
    if short < 24:
        return short, at
    if short > 27:
        raise NotOurs("holds something of unknown length")
    width = 1 << (short - 24)
    if at + width > len(data):
        raise NotOurs("truncated or corrupt: not complete CBOR")
    return int.from_bytes(data[at : at + width]), at + width


def _bignum(data: bytes, at: int, tag: int) -> tuple[int, int]:
    if tag not in (POSITIVE_BIGNUM, NEGATIVE_BIGNUM):
        raise NotOurs(f"holds a value with tag {tag}, which we do not write")
    if at >= len(data) or data[at] >> 5 != BYTES:
        raise NotOurs("holds a number that is none")
    digits, at = _value(data, at, 0)
    if len(digits) > LARGEST_NUMBER:
        raise NotOurs(f"holds a number of more than {LARGEST_NUMBER:,} bytes")
    number = int.from_bytes(digits)
    return (number if tag == POSITIVE_BIGNUM else -1 - number), at


def _list(data: bytes, at: int, size: int, depth: int) -> tuple[list[Any], int]:
    values = []
    for _ in range(size):
        value, at = _value(data, at, depth + 1)
        values.append(value)
    return values, at


def _mapping(data: bytes, at: int, size: int, depth: int) -> tuple[dict[Any, Any], int]:
    values: dict[Any, Any] = {}
    for _ in range(size):
        key, at = _value(data, at, depth + 1)
        if not isinstance(key, str | int) or isinstance(key, bool):
            raise NotOurs("holds a mapping by something else than texts and numbers")
        if key in values:
            raise NotOurs(f"says {key!r} twice")
        values[key], at = _value(data, at, depth + 1)
    return values, at
