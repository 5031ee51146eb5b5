"""What was tried: the project database, a manifest for every run, and the trial ledger.
May import `errors`."""
