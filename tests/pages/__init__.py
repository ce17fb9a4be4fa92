"""What runs the code blocks of README.md and docs/; docs/writing.md says how a page is written."""
