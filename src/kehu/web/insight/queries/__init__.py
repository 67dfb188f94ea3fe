"""All reads of the room."""
