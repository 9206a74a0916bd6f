"""What an analysis says, on the screen: one page for each reader. Facts come finished; pages only arrange."""
