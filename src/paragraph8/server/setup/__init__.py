"""What a mission observes: elections, areas, stations, contests, contestants."""
