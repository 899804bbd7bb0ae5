"""The addresses of the application `review` inside a mission."""

from django.urls import path

from paragraph8.server.review import decision_views, file_views, views

of_a_mission = [
    path("reports", views.reports, name="reports"),
    path("reports/<int:pk>", views.report, name="report"),
    path("reports/<int:pk>/receipt.json", file_views.receipt_of, name="report_receipt"),
    path("reports/<int:pk>/report.xml", file_views.xml_of, name="report_xml"),
    path("reports/<int:pk>/files/<int:file>/copy", file_views.copy, name="report_copy"),
    path("reports/<int:pk>/files/<int:file>/original", file_views.original, name="report_original"),
    path("reports/<int:pk>/correction", decision_views.correction, name="report_correction"),
    path("reports/<int:pk>/decision", decision_views.decide, name="report_decision"),
    path("conflicts/<int:pk>/settlement", decision_views.settlement, name="conflict_settlement"),
    path("teams/<int:pk>/decision", decision_views.decide_team, name="team_decision"),
]
