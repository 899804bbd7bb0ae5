"""Forms: made from the codebook or brought along; published versions never change."""
