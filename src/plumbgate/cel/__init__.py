"""
The CEL profile: what expressions may say, and what they mean.

Unknowns follow CEL's own logic. An unmeasured metric is an error value that carries its id:
`false && unmeasured` is false, `true || unmeasured` is true, anything else with it is unknown.
"""
