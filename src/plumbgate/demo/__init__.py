"""
A made-up programme of five tenants: records of which the truth is known.

`archetypes` tells each tenant's story in numbers. `estate` makes of them who and what there is,
and one module a group of tables turns that into rows; `records` writes the rows as files. Chance
decides only who and when, never how many.
"""
