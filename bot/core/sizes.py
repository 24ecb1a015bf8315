"""How much a post takes: what those who write, check, show and read back a digest must agree on.

Slack's own limits, or less. A room that has a number of its own for one of these loses text between rooms.
"""

from __future__ import annotations

from typing import Final

HEADLINE: Final = 150  # characters of Slack's header; longer ones are cut in the channel
URL: Final = 3_000  # characters of the address of Slack's buttons and pictures
BLOCK: Final = 2_000  # characters of paragraphs in one block; more is cut: between paragraphs, else sentences
DOT: Final = " · "  # between the names below a story, and other things said in one line
