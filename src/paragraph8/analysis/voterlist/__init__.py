"""What protocols say of the voter list. The audit of lists themselves never enters a snapshot."""
