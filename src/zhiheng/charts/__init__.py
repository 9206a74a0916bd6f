"""Charts: one frozen ChartData, drawn on the page, in a document, or as a native Office chart."""
