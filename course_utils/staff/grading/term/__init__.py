"""A term with the grader: from the platforms' downloads to the course's grade.

- ``downloads``: the files of a download, a zip or a folder, read without trusting it
- ``platforms``: whose file is it, as Canvas, Moodle and ILIAS name files
- ``collect``: hand-ins put where the grader reads them
- ``settings``: what an instructor has said about the term
- ``roster``: who is in the course, and whose folder is whose
- ``deadlines``: due dates, extensions, late days, and what lateness costs
- ``finals``: what counts in the end, which pages and exports say alike
- ``marking``: answers in words, read by several people
- ``course_grade``: all assignments in one table
- ``watch``: whatever arrives is graded
- ``commands``: all of it from the command line
"""
