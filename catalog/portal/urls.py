from django.urls import path

from catalog.portal.changes import changes
from catalog.portal.datasets import dataset, datasets
from catalog.portal.home import home
from catalog.portal.looks import logo, theme
from catalog.portal.passwords import NewPassword
from catalog.portal.pictures import field, image
from catalog.portal.plates import plate
from catalog.portal.saved import saved
from catalog.portal.search import facets, search
from catalog.portal.shares import shared, shares, shut_share
from catalog.portal.steps import dataset_step
from catalog.portal.terms import term
from catalog.portal.tokens import account, shut_token
from catalog.portal.versions import version, version_diff, version_withdrawal
from catalog.portal.wells import well

app_name = "portal"

urlpatterns = [
    path("", home, name="home"),
    path("logo", logo, name="logo"),
    path("theme.css", theme, name="theme"),
    path("q/<str:token>", saved, name="saved"),
    path("search/", search, name="search"),
    path("search/facets/", facets, name="search-facets"),
    path("datasets/", datasets, name="datasets"),
    path("datasets/<slug:slug>/", dataset, name="dataset"),
    path("datasets/<slug:slug>/steps/<str:step>/", dataset_step, name="dataset-step"),
    path("datasets/<slug:slug>/versions/<str:number>/", version, name="version"),
    path(
        "datasets/<slug:slug>/versions/<str:number>/withdraw/",
        version_withdrawal,
        name="version-withdrawal",
    ),
    path("datasets/<slug:slug>/versions/<str:number>/diff/", version_diff, name="version-diff"),
    path("plates/<str:plate_id>/", plate, name="plate"),
    # A label that is no grid address may hold a slash, as the path of its well does.
    path("plates/<str:plate_id>/wells/<path:label>/", well, name="well"),
    path("stores/<str:store_id>/fields/<path:path>/", field, name="field"),
    path("images/<str:image_id>/", image, name="image"),
    path("terms/<str:key>/<path:value>/", term, name="term"),
    path("shares/", shares, name="shares"),
    path("shares/<str:share_id>/revoke/", shut_share, name="share-revoke"),
    path("s/<str:token>/", shared, name="shared"),
    path("changes/", changes, name="changes"),
    path("account/", account, name="account"),
    path("account/password/", NewPassword.as_view(), name="password"),
    path("account/tokens/<str:token_id>/revoke/", shut_token, name="token-revoke"),
]
