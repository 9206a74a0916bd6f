"""Links lead somewhere, pictures are small enough to send, and no page stands outside the contents."""

import pages
import pytest

LARGEST_PICTURE = 250 * 1024


@pytest.mark.parametrize("page", pages.pages(), ids=lambda page: str(page.relative_to(pages.ROOT)))
def test_every_relative_link_resolves(page):
    broken = [target for target in pages.relative_links(page) if not (page.parent / target).exists()]
    assert not broken


def test_every_user_page_is_in_the_contents():
    listed = {(pages.DOCS / target).resolve() for target in pages.relative_links(pages.DOCS / "README.md")}
    kinds = ("tutorial", "howto", "reference", "explanation")
    written = {page.resolve() for kind in kinds for page in (pages.DOCS / kind).glob("*.md")}
    assert written <= listed


def test_pictures_are_small_and_used():
    used = {
        (page.parent / target).resolve() for page in pages.pages() for target in pages.relative_links(page)
    }
    for picture in (pages.DOCS / "images").iterdir():
        assert picture.stat().st_size <= LARGEST_PICTURE, picture.name
        assert picture.resolve() in used, picture.name
