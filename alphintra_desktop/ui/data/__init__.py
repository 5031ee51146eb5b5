"""The market library: what there is, how good it is, its bars, and mending them."""
