"""The day on which the demonstration county is looked at: the eleventh after its first mock."""

import datetime as dt

DAY = dt.date(2026, 11, 21)
