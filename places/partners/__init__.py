"""Partners: their accounts, the records they look after, and who acts in the name of an organisation."""
