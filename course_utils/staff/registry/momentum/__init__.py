"""The exercises of lesson 1 on momentum, one module each; the package above finds them."""
