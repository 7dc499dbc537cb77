"""Forms that others have written as workbooks, read and written."""
