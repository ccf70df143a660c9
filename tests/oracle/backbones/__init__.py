"""The families of ``keras.applications``, built by real releases in the ways people use them."""
