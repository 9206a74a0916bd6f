"""Whether the site answers; for the checkup and for reverse proxies."""
