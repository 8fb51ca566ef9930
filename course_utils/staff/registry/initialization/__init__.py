"""The exercises of lesson 4, one module each; the package above finds them.

``_steps`` holds the calls that ``classical-momentum-step`` and ``nag-step`` share.
"""
