"""
The files that a project and a policy begin with, as bytes by path; nothing here writes them.

Every YAML that is written says where its JSON Schema lies, so that an editor explains each key.
That schema is a copy of ours in the project's own `schemas/`: an address on the web needs the
network, a path into an installation holds on one machine only, and a relative path to a file
under version control holds for everybody who checks the project out.
"""
