"""Tables as others publish them: a file becomes a grid, a grid with its layout becomes rows of numbers.

Pure: nothing here knows Django or a database. :mod:`.files` opens a file, :mod:`.cells` reads one cell,
:mod:`.heads` the head, :mod:`.layout` says how a table lies in its sheet, :mod:`.reading` reads by a layout,
:mod:`.proposing` proposes one, :mod:`.differences` compares two readings.
"""
