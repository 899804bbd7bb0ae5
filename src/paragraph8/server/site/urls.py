"""Every address of the server. The access matrix is made from this list."""

from django.urls import include, path

from paragraph8.server.forms import urls as forms
from paragraph8.server.missions import urls as missions
from paragraph8.server.openrosa import urls as openrosa
from paragraph8.server.people import urls as people
from paragraph8.server.review import urls as review
from paragraph8.server.setup import urls as setup
from paragraph8.server.site import views
from paragraph8.server.snapshots import urls as snapshots

MISSION = [
    *missions.of_a_mission,
    *setup.of_a_mission,
    *people.of_a_mission,
    *forms.of_a_mission,
    *review.of_a_mission,
    *snapshots.of_a_mission,
    *openrosa.for_mission,
]

urlpatterns = [
    path("", views.home, name="home"),
    path("language", views.language, name="language"),
    path("health", views.health, name="health"),
    path("server/", include(missions.of_the_server)),
    path("accounts/", include(missions.of_accounts)),
    path("o/<str:token>/", include(openrosa.for_device)),
    path("a/<str:token>/", include(review.for_archive)),
    path("m/<slug:slug>/", include(MISSION)),
]
