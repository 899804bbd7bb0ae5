"""The addresses of the application `snapshots` inside a mission."""

from django.urls import path

from paragraph8.server.snapshots import views

of_a_mission = [
    path("snapshots", views.snapshots, name="snapshots"),
    path("snapshots/freeze", views.freeze, name="snapshot_freeze"),
    path("snapshots/<int:pk>/zip", views.download, name="snapshot_zip"),
    path("collected", views.collected, name="collected"),
    path("collected/take-in", views.take_in, name="collected_take_in"),
    path("collected/<int:pk>/withdraw", views.withdraw, name="collected_withdraw"),
]
