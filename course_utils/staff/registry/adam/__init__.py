"""The exercises of lesson 3 on Adam, one module each; the package above finds them.

``_inputs`` holds the hyperparameters that their calls share.
"""
