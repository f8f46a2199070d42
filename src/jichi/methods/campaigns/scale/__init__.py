"""The same grouping over more texts than one machine holds.

``batches``
    Rows as columns of plain arrays: what a kernel takes and gives.
``engine``
    What is asked of a distributed engine: two verbs, ``map_batches`` and ``group``. ``LocalEngine`` is the
    same in one process.
``forms``, ``neighbourhoods``, ``components``, ``assembling``
    Functions from batch to batch; what they compute with is what one machine computes with.
``grouping``
    The stages put together: :func:`~.grouping.group_apart`.
``spark``
    The engine over Apache Spark, classic or through Spark Connect; needs ``pyspark`` or ``pyspark-client``
    and ``pyarrow``.
"""
