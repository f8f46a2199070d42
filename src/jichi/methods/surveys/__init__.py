"""Estimating a city from a sample of it. Pure functions; numpy and scipy only.

Import from the module that answers the question. Nothing is gathered here: what reads a published percentage
needs no solver, and would pay for all of them.

``designs``
    ``design`` describes how a sample was drawn (:func:`~.designs.design.make_design`); ``pooling`` stacks
    years; ``variance`` is the linearised variance that all else rests on.
``sampling``
    Draws a sample from a register so that anybody can draw it again.
``weighting``
    ``dispositions``, ``nonresponse`` and ``propensity`` see to those who did not answer, ``raking`` and
    ``calibration`` to known totals, ``trimming`` to weights that stand out.
``replication``
    Replicate weights: ``jackknife``, ``bootstrap``, ``balanced`` halves, or those that came with the data.
``estimation``
    ``estimates`` has totals, means, shares, ratios and variances; ``domains`` the same in every ward at once;
    ``intervals`` seven intervals of a share; ``quantiles`` the median and its kin. All take a design, or one
    with replicate weights.
``comparison``
    ``trends`` and ``comparisons`` tell whether waves or groups differ by more than chance; ``association``,
    ``known_shares``, ``group_tests`` and ``regression`` test what goes with what.
``areas``
    ``small_areas`` borrows strength for wards with few answers; ``benchmarks`` makes them add up.
``planning``
    How large a survey must be, the smallest change it can show, and whether it can judge a target.
``published``
    What a printed percentage can tell by itself.

``results`` is what estimates give back, ``findings`` and ``telling`` what of it to say, ``recipes`` a whole
estimation as data. Everything that is refused is an :class:`~.errors.SurveyError` with a code and its
parameters.
"""
