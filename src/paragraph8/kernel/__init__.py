"""What all parts of the line speak. Standard library and NumPy only; no domain noun except ids."""
