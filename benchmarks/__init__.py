"""
What plumbgate costs beside its named peers: `python -m benchmarks [start|rules|measure]`.

Everything is paired: each side runs in processes of its own, by turns after a warm-up, and is
counted in CPU time (user and system) and peak memory. Ratios travel from machine to machine,
times do not. Before a ratio is printed, both sides must have computed the same.
"""
