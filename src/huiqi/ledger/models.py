"""Money as it stands and as it moved: rows are only added, balances are kept by the database itself."""
