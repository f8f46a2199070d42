"""Texts: one form for comparing, evidence in the original's offsets, words, vectors. Pure functions.

``checking``
    Submissions as they come: ids and texts checked once, oddities flagged.
``normal``, ``folding``
    :func:`~.normal.normalise` gives the form in which texts are compared; :func:`~.normal.with_places` the
    way back.
``spans``, ``sentences``
    What two texts share word for word; where a text's sentences end, so that the parts rebuild it.
``shingles``
    Runs of three characters of many texts at once.
``words``, ``vectors``
    Words of Japanese and English, and texts as weighted words or runs of characters.
``embedding``, ``encoding``
    Vectors for what a text means, by an encoder that lies in an optional package.

Everything that is refused is a :class:`~.errors.TextError` with a code and its parameters.
"""
