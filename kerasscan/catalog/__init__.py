"""What every Keras release ships: data made from wheels, and typed ways to ask it.

Nothing here opens a model file. `harvest` makes the data and is run by maintainers only; no
other module imports it.
"""
