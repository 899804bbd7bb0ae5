"""Estimators that every analysis may call: numbers in, frozen results out, no tables."""
