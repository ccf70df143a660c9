"""Keras 2: standalone 2.0 to 2.3, tf.keras of TensorFlow 1.15 to 2.15, and tf-keras.

May enter: what `load_model` of these releases does with each of their formats, and with files of
Keras 3; one named function for each of theirs.
"""
