"""Run really installed Keras releases beside the analyzer, and record what they do."""
