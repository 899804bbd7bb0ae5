"""Settings of the tests: those of the server, in a temporary home, with a secret of their own."""

import os
import tempfile

os.environ.setdefault("P8_HOME", tempfile.mkdtemp(prefix="p8-tests-"))
os.environ.setdefault("P8_SECRET", "a secret that only the tests of Paragraph 8 know")

from paragraph8.server.site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
