"""What each command answers: a page for people, a document for programs."""
