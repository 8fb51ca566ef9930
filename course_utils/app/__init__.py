"""What a student's copy of the course can do: the `course` command and its settings for Jupyter."""
