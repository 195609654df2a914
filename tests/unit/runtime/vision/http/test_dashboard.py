from __future__ import annotations

import re

from dixi_runtime.vision.http.dashboard import PAGE, build_policy

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_names_nothing_outside_its_own_origin() -> None:
    places = re.findall(r'(?:src|href|action)="([^"]*)"', TEXT)
    assert places == ["data:,", "video_feed"]
    assert not re.search(r"https?://|//\w", TEXT)


def test_the_policy_lets_only_the_pages_own_script_and_style_run() -> None:
    policy = build_policy(TEXT)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert build_policy(TEXT.replace("refresh();", "alert();")) != policy


def test_no_handler_stands_in_the_markup_where_the_policy_would_stop_it() -> None:
    assert not re.search(r"<[^>]*\son\w+=|<[^>]*\sstyle=", TEXT)
