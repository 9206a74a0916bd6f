"""The one shape of a refusal that a person can act on. Bugs are not refusals and never become one."""


class Explained(Exception):
    """Something cannot be done, and `for_user` says in Chinese what and what to do instead."""

    def __init__(self, for_user: str) -> None:
        super().__init__(for_user)
        self.for_user = for_user
