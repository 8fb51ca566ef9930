"""What tests share: samples, servers, small courses, a page in a browser."""

from pathlib import Path

#: The folder of the course.
ROOT = Path(__file__).resolve().parents[2]
