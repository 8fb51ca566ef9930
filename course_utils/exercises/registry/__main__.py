"""Write the case files: ``python -m course_utils.exercises.registry``."""

from . import write_cases

if __name__ == "__main__":
    for path in write_cases():
        print(f"{path.name}: brought up to date")
