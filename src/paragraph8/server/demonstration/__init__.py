"""The demonstration's mission: Lumria, an invented country, with everything a mission has."""
