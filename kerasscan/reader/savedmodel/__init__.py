"""SavedModel directories, as ``model.save(path)`` of TensorFlow 2 wrote them.

``saved_model.pb`` holds TensorFlow's graphs, ``keras_metadata.pb`` (since TensorFlow 2.5) the
JSON of every Keras object, ``variables/`` a checkpoint. May enter: what these files say. No
graph is interpreted, no tensor's bytes are read.
"""

from kerasscan.reader.savedmodel.read import read_savedmodel

__all__ = ["read_savedmodel"]
