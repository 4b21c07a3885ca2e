"""Tests in a real browser. They are a package, so that one Chromium and one server serve all."""
