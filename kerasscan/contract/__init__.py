"""What a model expects of its input, from the file alone.

Here the room follows values from the inputs through the preprocessing that a model holds,
recognises the families of ``keras.applications``, and says what an image has to be made into.
Everything is a pure function of a `Saved`; nothing knows of loading, custom objects or checks.
"""
