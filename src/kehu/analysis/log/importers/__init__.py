"""The kinds of sources that can be read. A new kind is one file here and one line in ``IMPORTERS``."""

from kehu.analysis.log.importers.csv import CsvImporter
from kehu.analysis.log.importers.desks import FRESHDESK, JIRA, OSTICKET, DeskImporter
from kehu.analysis.log.importers.ocel import OcelImporter
from kehu.analysis.log.importers.parquet import ParquetImporter
from kehu.analysis.log.importers.xes import XesImporter
from kehu.analysis.log.importers.xlsx import XlsxImporter
from kehu.analysis.log.importers.zendesk import ZendeskImporter
from kehu.analysis.log.staging import Importer

IMPORTERS: tuple[Importer, ...] = (
    ParquetImporter(),
    XlsxImporter(),
    ZendeskImporter(),
    OcelImporter(),
    XesImporter(),
    DeskImporter(FRESHDESK),
    DeskImporter(JIRA),
    DeskImporter(OSTICKET),
    CsvImporter(),
)
"""Asked in this order; the first that recognises the file reads it."""
