"""The addresses of the application `review` inside a mission."""

from django.urls import path

from paragraph8.server.review import archive_views, briefcase, decision_views, file_views, views

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
    path("archive", archive_views.keys, name="archive_keys"),
    path("archive/make", archive_views.make, name="archive_key_make"),
    path("archive/<int:pk>/revoke", archive_views.revoke, name="archive_key_revoke"),
]

for_archive = [
    path("formList", briefcase.form_list, name="archive_form_list"),
    path("forms/<int:pk>", briefcase.blank_form, name="archive_form"),
    path("files/<int:pk>", briefcase.file, name="archive_file"),
    path("view/submissionList", briefcase.submission_list, name="archive_submission_list"),
    path("view/downloadSubmission", briefcase.download, name="archive_download"),
]
