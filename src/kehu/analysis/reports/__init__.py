"""A findings report: what a log says, in the reader's language, as one HTML file or a PDF."""
