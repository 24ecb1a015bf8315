"""What a test hands to a process it starts: the tests' clock, and that its lines are counted."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]
_NAMES = ("PYTHONPATH", "TESTS_AHEAD", "TZ", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")


def handed_on() -> dict[str, str]:
    """Return the variables that a child needs which is given no others; it finds `bot`, too."""
    known = {name: value for name in _NAMES if (value := os.environ.get(name))}
    return {**known, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), known.get("PYTHONPATH")]))}
