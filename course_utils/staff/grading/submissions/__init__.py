"""What was handed in: from files that may hold anything to the text of the answers.

- ``canonical``: from a student's files to the source of the solution cells, and nothing else
- ``magics``: IPython's own syntax, taken out of a cell
- ``outline``: what an assignment asks for, and the answers that people read

Nothing of a submission is run here.
"""
