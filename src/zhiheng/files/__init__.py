"""Files: sheets to tables and problems; frozen documents to xlsx, docx and pdf. No database."""
