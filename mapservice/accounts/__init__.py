"""Staff accounts: who may sign in, with what proof, and what each role may do."""
