"""The exercises of lesson 2 on adaptive rates, one module each; the package above finds them."""
