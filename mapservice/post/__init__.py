"""Work that no visitor waits for: an outbox of e-mails, a queue of tasks, daily work, and the worker that does all three.

A shared room, below every app: it imports none. docs/adr/012 says why it is made like this.
"""
