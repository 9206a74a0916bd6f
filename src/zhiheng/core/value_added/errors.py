"""The one refusal of this package: data from which the model cannot be estimated, said in Chinese."""


class CannotEstimate(ValueError):
    """What was found, what is needed and how to mend it, in one Chinese sentence for the user."""
