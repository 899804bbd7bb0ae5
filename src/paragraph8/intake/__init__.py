"""Foreign formats into tables and faults. Bytes in; nothing is read from a disk or a network."""
