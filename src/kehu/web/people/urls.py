"""Addresses of people."""

from django.urls import path

from kehu.web.people import views

app_name = "people"
urlpatterns = [
    path("", views.people_list, name="list"),
    path("add/", views.add, name="add"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", views.account, name="account"),
    path("<slug:public_id>/rights/", views.rights, name="rights"),
]
