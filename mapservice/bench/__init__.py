"""The benchmark: the questions of the service beside the plain way to ask each, on a database made and dropped for it."""
