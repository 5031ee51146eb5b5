"""What else could have happened: resampled returns, altered bars, other costs, chance entries and
negative controls, each judged by the strategy's own file and the compiled engine. May import
what `research` may, and of `research` only measures and executors.
"""
