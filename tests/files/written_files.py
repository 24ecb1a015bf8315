"""Writes files for tests to read."""

from __future__ import annotations

from pathlib import Path

CONFIG = """\
timezone: Asia/Shanghai
editors: [U024BE7LH]
channels:
  - channel: "#news"
    post: fri 09:00
"""

DIGEST = """\
title: Road to Recovery
date: 2020-05-01
stories:
  - headline: Fliggy Fuels Travel
    body: A body.
"""


def write(path: Path, content: str | bytes) -> Path:
    """Write the file, byte by byte as given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
