"""Functions of Keras that a file may not name, because loading would call them.

Source: `LOADING_APIS` (keras 3.11.0 to 3.12.2, 3.13.0 to 3.14.1) and `NON_MODELING_APIS` (3.12.3,
3.12.4, 3.15.0 and newer) in keras/src/saving/serialization_lib.py.
"""

from __future__ import annotations

from typing import Final

LOADING: Final = frozenset(
    (
        "keras.config.enable_unsafe_deserialization",
        "keras.models.load_model",
        "keras.preprocessing.image.load_img",
        "keras.saving.load_model",
        "keras.saving.load_weights",
        "keras.utils.get_file",
        "keras.utils.load_img",
    )
)

NON_MODELING: Final = LOADING | {
    "keras.backend.clear_session",
    "keras.models.model_from_json",
    "keras.models.save_model",
    "keras.preprocessing.image.save_img",
    "keras.preprocessing.image_dataset_from_directory",
    "keras.preprocessing.text_dataset_from_directory",
    "keras.saving.deserialize_keras_object",
    "keras.saving.register_keras_serializable",
    "keras.saving.save_model",
    "keras.saving.save_weights",
    "keras.saving.serialize_keras_object",
    "keras.utils.audio_dataset_from_directory",
    "keras.utils.clear_session",
    "keras.utils.deserialize_keras_object",
    "keras.utils.image_dataset_from_directory",
    "keras.utils.register_keras_serializable",
    "keras.utils.save_img",
    "keras.utils.serialize_keras_object",
    "keras.utils.text_dataset_from_directory",
}
