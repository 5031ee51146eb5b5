"""Bars and series from vendors over the network: one file a vendor says what to ask and how to read
the answer, and does nothing else; asking, patience, limits, cache and storing are the same for all.
May import the rest of `market`, and is the only package that speaks HTTP for market data."""
