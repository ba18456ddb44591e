"""Rules that ask for more than a gradient at one point: searches along lines, Hessians, products with them, second gradients."""
