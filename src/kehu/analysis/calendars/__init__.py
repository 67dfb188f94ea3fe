"""Business time: calendars, holidays and zones."""

from kehu.analysis.calendars.business import BusinessCalendar, weekdays
from kehu.analysis.calendars.discovery import WeekPatterns, discover_weeks
from kehu.analysis.calendars.openings import Openings
from kehu.analysis.calendars.zones import ZoneClock, zone_clock

__all__ = ["BusinessCalendar", "Openings", "WeekPatterns", "ZoneClock", "discover_weeks", "weekdays", "zone_clock"]
