"""What shows answers: text in a terminal, pages, documents, tests."""
