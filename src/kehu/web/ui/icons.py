"""The few signs of the interface, drawn for it on a grid of 20 with one stroke."""

ICONS = {
    "mark": '<path d="M4 3.5v13M4 10c5 0 6-6.5 12-6.5M4 10c5 0 6 6.5 12 6.5"/>',
    "sun": '<circle cx="10" cy="10" r="3.25"/><path d="M10 2v2M10 16v2M2 10h2M16 10h2M4.4 4.4l1.4 1.4M14.2 14.2l1.4 1.4'
    'M4.4 15.6l1.4-1.4M14.2 5.8l1.4-1.4"/>',
    "moon": '<path d="M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z"/>',
    "half": '<circle cx="10" cy="10" r="7"/><path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" stroke="none"/>',
    "language": '<circle cx="10" cy="10" r="7"/><path d="M3 10h14M10 3c2.5 2 3.5 4.5 3.5 7s-1 5-3.5 7'
    'c-2.5-2-3.5-4.5-3.5-7s1-5 3.5-7z"/>',
    "person": '<circle cx="10" cy="7" r="3.25"/><path d="M3.5 17c.8-3.5 3.3-5 6.5-5s5.7 1.5 6.5 5"/>',
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "minus": '<path d="M4 10h12"/>',
    "close": '<path d="M5 5l10 10M15 5L5 15"/>',
    "filter": '<path d="M3 5h14M6 10h8M8.5 15h3"/>',
    "fit": '<path d="M3 7V3h4M17 7V3h-4M3 13v4h4M17 13v4h-4"/>',
    "save": '<path d="M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13"/>',
    "info": '<circle cx="10" cy="10" r="7"/><path d="M10 9v5M10 6v.5"/>',
    "warning": '<path d="M10 3l7.5 13.5h-15zM10 8v4M10 14v.5"/>',
    "check": '<path d="M4 10.5l4 4 8-9"/>',
    "up": '<path d="M5 12l5-5 5 5"/>',
    "down": '<path d="M5 8l5 5 5-5"/>',
    "map": '<circle cx="5" cy="10" r="2"/><circle cx="15" cy="4.5" r="2"/><circle cx="15" cy="15.5" r="2"/>'
    '<path d="M6.8 9L13.2 5.4M6.8 11l6.4 3.5"/>',
    "upload": '<path d="M10 13V4M6 7.5l4-4 4 4M3.5 16.5h13"/>',
}
