"""The artifact: how it is made, what its file looks like and how it runs."""
