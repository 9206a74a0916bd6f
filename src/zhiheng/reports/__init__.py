"""What is said: one folder per reader's document. Templates arrange; they never compute."""
