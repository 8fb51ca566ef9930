"""What was handed in: from files that may hold anything to the text of the answers.

- ``files``: what lies in a student's folder, read without trusting it
- ``release``: the release's cells, which a hand-in is held against; ``outline``: what they earn
- ``pieces``: a hand-in's cells, held against the release's; ``layout``: whose each of them is
- ``repair``: the answers in them; ``helpers``: what answers need of other cells
- ``canonical``: from a folder to the text of the answers, and nothing else
- ``statements``: Python taken apart without a parser; ``magics``: IPython's own syntax taken out

Nothing of a submission is run here.
"""
