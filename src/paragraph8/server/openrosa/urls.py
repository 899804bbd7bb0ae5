"""The addresses of the OpenRosa endpoints, in two families with the same views."""

from django.urls import path

from paragraph8.server.openrosa import form_views, views


def _family(prefix: str) -> list[object]:
    def name(endpoint: str) -> str:
        return f"{prefix}_{endpoint}"

    version = "forms/<str:form_id>/<str:version>"
    return [
        path("formList", form_views.form_list, name=name("form_list")),
        path("formlist", form_views.form_list, name=name("form_list_lower_case")),
        path("submission", views.submission, name=name("submission")),
        path(f"{version}/form.xml", form_views.blank_form, name=name("blank_form")),
        path(f"{version}/manifest.xml", form_views.manifest, name=name("manifest")),
        path(f"{version}/media/<str:name>", form_views.media, name=name("media")),
        path("received", views.received, name=name("received")),
        path("receipts.json", views.receipts, name=name("receipts")),
    ]


for_device = _family("device")
for_mission = _family("mission")
