"""The addresses of the application `setup` inside a mission."""

from django.urls import path

from paragraph8.server.setup import import_views, views

of_a_mission = [
    path("setup", views.setup, name="setup"),
    path("setup/new", views.new_election, name="new_election"),
    path("setup/<int:pk>", views.edit_election, name="edit_election"),
    path("setup/<int:pk>/stations", views.stations, name="stations"),
    path("setup/<int:pk>/contestants", views.contestants, name="contestants"),
    path("setup/<int:pk>/import/<str:kind>", import_views.import_list, name="import_list"),
    path("setup/imports/<int:pk>", import_views.import_run, name="import_run"),
    path("setup/imports/<int:pk>/apply", import_views.apply_import, name="apply_import"),
]
