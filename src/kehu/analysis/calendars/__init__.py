"""Business time: calendars, holidays and zones."""
