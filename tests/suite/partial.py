# SPDX-License-Identifier: BSD-2-Clause
r"""Patterns that may find a part of a word.  A console's text comes in pieces:
what waits for r"free (\d+)" gets "1" of "free 12" when the piece ends there."""

import re
from functools import lru_cache
# pylint: disable-next=protected-access
from re import _constants as kinds, _parser as parser

REPEATS = {kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT}


def open_end(items, in_group):
    """Whether more text could make a group longer with which these items
    end."""
    if not items:
        return False
    kind, value = items[-1]
    if kind in REPEATS:
        low, high, inner = value
        return low != high and (in_group or has_group(inner))
    if kind is kinds.SUBPATTERN:
        return open_end(value[3], in_group or value[0] is not None)
    if kind is kinds.ATOMIC_GROUP:
        return open_end(value, in_group)
    if kind is kinds.BRANCH:
        return any(open_end(branch, in_group) for branch in value[1])
    return False


def has_group(items):
    """Whether a group is among them, however deep."""
    return any(kind is kinds.SUBPATTERN and
               (value[0] is not None or has_group(value[3]))
               for kind, value in items)


@lru_cache
def can_be(pattern):
    """Whether a group of the pattern may get a part of what it is for."""
    if isinstance(pattern, re.Pattern):
        pattern = pattern.pattern
    return open_end(parser.parse(pattern), False)
