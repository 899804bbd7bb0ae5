"""The addresses of the application `people` inside a mission."""

from django.urls import path

from paragraph8.server.people import device_views, observer_views, plan_views, team_views

of_a_mission = [
    path("observers", observer_views.observers, name="observers"),
    path("observers/new", observer_views.new, name="observer_new"),
    path("observers/import", observer_views.roster, name="observers_import"),
    path("observers/counts", observer_views.head_counts, name="observer_counts"),
    path("observers/<int:pk>", observer_views.observer, name="observer"),
    path("observers/<int:pk>/edit", observer_views.edit, name="observer_edit"),
    path("observers/<int:pk>/<slug:step>", observer_views.step, name="observer_step"),
    path("observers/teams", team_views.teams, name="teams"),
    path("observers/teams/new", team_views.new, name="team_new"),
    path("observers/teams/<int:pk>", team_views.team, name="team"),
    path("observers/teams/<int:pk>/edit", team_views.edit, name="team_edit"),
    path("observers/teams/<int:pk>/put", team_views.put, name="team_put"),
    path("observers/teams/<int:pk>/take", team_views.take, name="team_take"),
    path("observers/pairs", team_views.pairs, name="pairs"),
    path("observers/phones", device_views.phones, name="phones"),
    path("observers/phones/<int:pk>/revoke", device_views.revoke, name="phone_revoke"),
    path("observers/teams/<int:pk>/enrol", device_views.enrol, name="enrol"),
    path("observers/sheets", device_views.sheets, name="enrolment_sheets"),
    path("plan", plan_views.plan, name="plan"),
    path("plan/coverage", plan_views.coverage_page, name="coverage"),
    path("plan/import", plan_views.plan_import, name="plan_import"),
    path("plan/cards", plan_views.cards, name="route_cards"),
    path("plan/teams/<int:pk>", plan_views.route, name="route"),
    path("plan/stops/<int:pk>/<slug:step>", plan_views.stop_step, name="stop_step"),
]
