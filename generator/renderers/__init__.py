"""One file, or one package, per family of artefacts: the domain goes in, artefacts come out.

A renderer computes no numbers and invents no names; what it needs and lacks belongs into the domain. Renderers do not
know one another.
"""
