"""Addresses of imported logs."""

from django.urls import path

from kehu.web.insight.views import analysis, logs, report

app_name = "insight"
urlpatterns = [
    path("", logs.log_list, name="logs"),
    path("add/", logs.add, name="add"),
    path("<slug:public_id>/", analysis.screen, name="log"),
    path("<slug:public_id>/roles/", logs.roles, name="roles"),
    path("<slug:public_id>/import/", logs.importing, name="import"),
    path("<slug:public_id>/cancel/", logs.cancel, name="cancel"),
    path("<slug:public_id>/settings/", logs.change, name="change"),
    path("<slug:public_id>/reading/", logs.reading, name="reading"),
    path("<slug:public_id>/delete/", logs.delete, name="delete"),
    path("<slug:public_id>/restore/", logs.restore, name="restore"),
    path("<slug:public_id>/erase/", logs.erase, name="erase"),
    path("<slug:public_id>/rejects/", logs.rejects, name="rejects"),
    path("<slug:public_id>/unmask/", logs.unmask, name="unmask"),
    path("<slug:public_id>/mask/", logs.mask, name="mask"),
    path("<slug:public_id>/report/", report.report, name="report"),
    path("<slug:public_id>/report/<slug:kind>/", report.report_file, name="report-file"),
    path("<slug:public_id>/<slug:key>/", analysis.screen, name="screen"),
]
