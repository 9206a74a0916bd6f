"""The intake wizard: upload, columns, problems, confirm, publish. Pages only; the deeds are intake's and datasets'."""
