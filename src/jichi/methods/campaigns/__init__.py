"""Campaigns: which submissions say the same, and by what evidence. Pure functions.

Every submission is in exactly one set; sets are a function of the texts, not of their order.

``grouping``
    :func:`~.grouping.group`: byte-identical, same normal form, near, and (given a paraphraser) paraphrase.
``sets``, ``filing``
    What it gives: :class:`~.sets.Grouping` with its sets and links, and the table behind it.
``rules``
    The numbers by which texts are held to be the same, with their reasons.
``exact``, ``sketches``, ``neighbours``, ``verifying``, ``stances``, ``courtesies``, ``stars``, ``near``
    The steps to near-duplicates, in this order; ``stances`` keeps texts apart that say the opposite,
    ``courtesies`` takes greetings and signatures off short ones.
``engine``, ``growing``, ``enlarging``
    Adding submissions to a grouping, with the same result as grouping all at once.
``paraphrases``, ``likeness``, ``wording``, ``gathering``
    One opinion in other words: how alike, which way it leans, and sets without chains.
``hints``, ``published``, ``drafts``, ``postings``
    Published opinions like the one being typed.
``scale``
    The same sets over more texts than one machine holds.
"""
