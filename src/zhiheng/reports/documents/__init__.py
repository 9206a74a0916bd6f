"""Documents as they are made, released and fetched: versions, files, the fourteen-day clock."""
