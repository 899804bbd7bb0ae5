"""The addresses of the application `forms` inside a mission."""

from django.urls import path

from paragraph8.server.forms import file_views, views

of_a_mission = [
    path("forms", views.forms, name="forms"),
    path("forms/publish-all", views.publish_all, name="publish_all_forms"),
    path("forms/draft", views.draft, name="draft_form"),
    path("forms/upload", views.upload, name="upload_form"),
    path("forms/<int:pk>/close", views.close, name="close_form"),
    path("forms/<int:pk>/reopen", views.reopen, name="reopen_form"),
    path("forms/versions/<int:pk>", views.form_version, name="form_version"),
    path("forms/versions/<int:pk>/publish", views.publish, name="publish_form"),
    path("forms/versions/<int:pk>/discard", views.discard, name="discard_form"),
    path("forms/versions/<int:pk>/xlsform", file_views.xlsform, name="form_xlsform"),
    path("forms/versions/<int:pk>/xform", file_views.xform, name="form_xform"),
    path("forms/versions/<int:pk>/paper/<str:language>", file_views.paper, name="form_paper"),
]
