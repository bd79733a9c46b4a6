"""Proof that a policy says what its authors mean: cases, run on the evaluator that judges."""
