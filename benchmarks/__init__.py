"""Scripts that measure; each prints a table and keeps it, dated, under results/."""
