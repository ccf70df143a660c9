"""A second zoo: custom objects in every role, loaded with and without being given."""
