"""Every address of the site; each room has its own list."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from kehu.web.site import views

urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("logs/", include("kehu.web.insight.urls")),
    path("people/", include("kehu.web.people.urls")),
]

handler400 = "kehu.web.site.views.bad_request"
handler403 = "kehu.web.site.views.forbidden"
handler404 = "kehu.web.site.views.not_found"
handler500 = "kehu.web.site.views.failure"
