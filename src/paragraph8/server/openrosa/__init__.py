"""What devices speak: form list, download, submission; reports that are never lost."""
