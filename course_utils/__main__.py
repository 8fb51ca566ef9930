"""`python -m course_utils` is the `course` command."""

import sys

from .app.main import main

if __name__ == "__main__":
    sys.exit(main())
