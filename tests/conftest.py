"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# A landing is judged on the same examples every time; at a desk every run looks at new ones.
settings.register_profile("steady", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("steady")
