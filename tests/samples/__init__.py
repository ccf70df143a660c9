"""The unit of the product: every sample, and the text beside it that a user would read."""
