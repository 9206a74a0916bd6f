"""What a sampled monitoring says: levels of the county and of groups, in a document and on its page."""
