"""The `course` command."""
def main():
    return 0
