"""What a strategy computes, as typed values: ops, how far back and ahead each looks, and a slow
evaluator to check the fast one against. Imports nothing of ours but `errors`."""
