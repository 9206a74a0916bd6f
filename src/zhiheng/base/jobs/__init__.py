"""Long work: steps, progress, heartbeat, one key one run, resumed after a kill. Thin over the task queue."""
