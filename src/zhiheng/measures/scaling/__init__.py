"""Items on one scale: how sharp and how hard each is, where a paper measures well, and whom an item favours."""
