"""What has come in: reports, conflicts, quarantine, exclusions."""
