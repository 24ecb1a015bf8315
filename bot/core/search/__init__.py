"""The rules of search: words, questions, what they mean, and what an answer is."""
