# SPDX-License-Identifier: BSD-2-Clause
"""What campaigns need that look at single stores."""

import pytest


@pytest.fixture
def plugin(output):
    """The plugin of QEMU that writes down stores."""
    path = output / "host" / "stores.so"
    assert path.exists(), f"{path} is not there: make test builds it"
    return path
