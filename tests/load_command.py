"""The command ``tokenflow load`` in the process of a test."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tokenflow.load import load


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit status."""
    with pytest.raises(SystemExit) as end:
        load.main(list(arguments), prog_name="python -m ingest")
    return end.value.code
