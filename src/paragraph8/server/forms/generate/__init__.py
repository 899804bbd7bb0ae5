"""From the codebook or an XLSForm to what a phone loads and a printer prints. No Django here."""
