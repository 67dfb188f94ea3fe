"""The report's pictures: SVG drawn by ourselves, readable in print, in grey and by those who do not see them."""
