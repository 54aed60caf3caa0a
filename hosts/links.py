"""Links that open the lab elsewhere: ``python -m hosts.links https://github.com/OWNER/REPO``.

One copies the repository into a learner's home on a JupyterHub (nbgitpuller), the other builds a
Binder of it; both end on the lab's home page.
"""

from __future__ import annotations

from argparse import ArgumentParser
from urllib.parse import quote, urlencode, urlsplit

from hosts.cards import TREE
from hosts.settings import NOTEBOOKS

BINDER = "https://mybinder.org"


def _name(repository: str) -> str:
    """The folder that nbgitpuller clones a repository into."""
    return repository.rstrip("/").rpartition("/")[2]


def nbgitpuller(hub: str, repository: str, branch: str) -> str:
    """The link that gives a learner a copy of the repository on a hub, and opens it.

    Args:
        hub: The hub's address.
        repository: The repository's address, as ``git clone`` takes it.
        branch: The branch that is copied, and kept up to date with each click.
    """
    home = f"{TREE}/{quote(_name(repository))}/{NOTEBOOKS.name}"
    wish = {"repo": repository, "branch": branch, "urlpath": home}
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(wish)}"


def binder(repository: str, branch: str, service: str = BINDER) -> str:
    """The link that builds the repository as a Binder, and opens it.

    Args:
        repository: The repository's address on GitHub or on a GitLab, or any other's that speaks
            git over HTTPS.
        branch: The branch, tag or commit that is built.
        service: The address of a BinderHub.
    """
    site, path = urlsplit(repository).netloc, urlsplit(repository).path.strip("/")
    path = path.removesuffix(".git")
    if site == "github.com":
        source = f"gh/{path}"
    elif site == "gitlab.com":
        source = f"gl/{quote(path, safe='')}"
    else:
        source = f"git/{quote(repository, safe='')}"
    wish = urlencode({"urlpath": TREE})
    return f"{service.rstrip('/')}/v2/{source}/{quote(branch)}?{wish}"


def main(arguments: list[str] | None = None) -> None:
    """Print the links of a repository."""
    ask = ArgumentParser(prog="python -m hosts.links", description="Links that open the lab.")
    ask.add_argument("repository", help="the repository's address: https://github.com/OWNER/REPO")
    ask.add_argument("--branch", default="main")
    ask.add_argument("--hub", help="the address of a JupyterHub that has nbgitpuller")
    ask.add_argument("--binder", default=BINDER, help="the address of a BinderHub")
    told = ask.parse_args(arguments)
    if told.hub:
        print("On the hub:", nbgitpuller(told.hub, told.repository, told.branch))
    print("On Binder: ", binder(told.repository, told.branch, told.binder))


if __name__ == "__main__":
    main()
