"""The addresses of the application `missions`: inside a mission, of the server, of accounts."""

from django.urls import path

from paragraph8.server.missions import journal_views, server_views, views
from paragraph8.server.missions.logging_in import of_accounts

__all__ = ["of_a_mission", "of_accounts", "of_the_server"]

of_a_mission = [
    path("", views.mission, name="mission"),
    path("settings", views.settings, name="mission_settings"),
    path("members", views.members, name="members"),
    path("members/<int:key>/end", views.end_membership, name="end_membership"),
    path("journal", journal_views.journal, name="journal"),
    path("journal/heads.json", journal_views.heads, name="chain_heads"),
    path("journal/chains/<int:key>/links.json", journal_views.links, name="chain_links"),
    path("journal/chains/<int:key>", journal_views.verify_chain, name="verify_chain"),
]
for kind in views.BODIES:
    of_a_mission += [
        path(kind, views.add_body, {"kind": kind}, name=f"add_{kind}"),
        path(f"{kind}/<int:key>/remove", views.remove_body, {"kind": kind}, name=f"remove_{kind}"),
    ]

of_the_server = [
    path("missions", server_views.server_missions, name="server_missions"),
    path("missions/new", server_views.new_mission, name="new_mission"),
    path("missions/of/<slug:slug>", server_views.server_mission, name="server_mission"),
    path("accounts", server_views.server_accounts, name="server_accounts"),
    path("accounts/new", server_views.new_account, name="new_account"),
    path("accounts/<int:key>/password", server_views.renew_password, name="renew_password"),
    path(
        "accounts/<int:key>/second-factors",
        server_views.remove_second_factors,
        name="remove_second_factors",
    ),
    path("accounts/<int:key>/active", server_views.set_active, name="set_active"),
]
