"""The monitoring plan: which stage, subject and module is looked at when, in grades where that is lawful."""
