"""The pages that small registers share: a list, and a form that adds to it."""
