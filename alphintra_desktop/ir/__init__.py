"""What a strategy computes, as typed values: ops, how far back and ahead each looks, the fast
formulas that a strategy file carries, and a slow evaluator to check them against. Imports nothing
of ours but `errors`."""
