"""Opinion maps from votes: agree, disagree, pass. Pure functions; numpy and scipy only.

``votes``
    :func:`~.votes.make_votes` takes rows in any order, :func:`~.votes.votes_from_table` a table.
``mapping``
    :func:`~.mapping.draw_map` draws the map: points, groups, statistics, selections, routing.
``updating``
    :class:`~.updating.MapState` keeps whole-number sums, so that a map after new votes costs little and
    equals one drawn from the start.
``moderation``
    What moderators decided about statements.
``groups``, ``starts``, ``silhouettes``
    :func:`~.groups.group_points`: groups of points in the plane.
``certificate``, ``stability``, ``resampling``, ``clouds``, ``one_cloud``
    :func:`~.certificate.certify` tells how far a map can be trusted: maps drawn again, and maps of one cloud.
``clones``, ``ballots``, ``comparing``, ``likeness``, ``defending``
    :func:`~.clones.find_clones` finds ballots that are copies beyond chance;
    :func:`~.defending.with_and_without` draws both maps.
``moments``, ``pair_counts``, ``components``, ``points``, ``statistics``, ``selections``, ``routing``
    The steps of a map, in this order. What is added up over participants is whole numbers, so that the map is
    a function of the set of votes.
``ids``, ``ballot_matrix``, ``merging``, ``threads``
    What the steps stand on: names and their positions, votes as a sparse matrix, new votes put among old
    ones, work side by side.

Everything that is refused is an :class:`~.errors.VoteError` with a code and its parameters; what cannot be
told is left empty and has a :class:`~.mapping.Reason`.
"""
