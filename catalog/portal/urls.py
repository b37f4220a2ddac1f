from django.urls import path

from catalog.portal import pages

app_name = "portal"

urlpatterns = [
    path("", pages.home, name="home"),
]
