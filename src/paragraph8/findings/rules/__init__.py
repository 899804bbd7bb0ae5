"""Rules that propose findings from results, one module per noun."""
