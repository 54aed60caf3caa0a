"""Links that open the lab on a hub and on Binder."""

from urllib.parse import parse_qs, urlsplit

import pytest

from hosts import links
from hosts.settings import NOTEBOOKS


def parts(link):
    """The address before the question mark, and what is asked for after it."""
    split = urlsplit(link)
    return link.partition("?")[0], {name: one for name, (one,) in parse_qs(split.query).items()}


def test_nbgitpuller_copies_the_repository_and_opens_its_home_page():
    link = links.nbgitpuller("https://hub.example.org/", "https://github.com/OWNER/REPO", "main")
    assert parts(link) == (
        "https://hub.example.org/hub/user-redirect/git-pull",
        {
            "repo": "https://github.com/OWNER/REPO",
            "branch": "main",
            "urlpath": f"voila/tree/REPO/{NOTEBOOKS.name}",
        },
    )


def test_an_address_may_end_as_git_writes_it():
    link = links.nbgitpuller("https://hub.example.org/jh", "https://example.org/a/b.git/", "x/y")
    address, wish = parts(link)
    assert address == "https://hub.example.org/jh/hub/user-redirect/git-pull"
    # nbgitpuller's folder keeps the ending
    assert wish["urlpath"] == "voila/tree/b.git/notebooks"
    assert wish["branch"] == "x/y"


@pytest.mark.parametrize(
    ("repository", "source"),
    [
        ("https://github.com/OWNER/REPO", "gh/OWNER/REPO"),
        ("https://github.com/OWNER/REPO.git", "gh/OWNER/REPO"),
        ("https://gitlab.com/GROUP/SUB/REPO/", "gl/GROUP%2FSUB%2FREPO"),
        ("https://git.example.org/a/b", "git/https%3A%2F%2Fgit.example.org%2Fa%2Fb"),
    ],
)
def test_binder_builds_the_repository_and_opens_its_home_page(repository, source):
    address, wish = parts(links.binder(repository, "v1/2"))
    assert address == f"https://mybinder.org/v2/{source}/v1/2"
    assert wish == {"urlpath": "voila/tree"}


def test_the_command_prints_both(capsys):
    repository = "https://github.com/OWNER/REPO"
    links.main([repository, "--hub", "https://hub.example.org"])
    said = capsys.readouterr().out.split()
    assert links.nbgitpuller("https://hub.example.org", repository, "main") in said
    assert links.binder(repository, "main") in said
    links.main([repository])
    assert "git-pull" not in capsys.readouterr().out
