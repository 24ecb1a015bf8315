"""The office of test_publisher.py, for the files beside it."""

from tests.delivery.test_publisher import open_office, practice

__all__ = ["open_office", "practice"]
