"""Where pull requests are."""

from collections.abc import Mapping
from enum import StrEnum

from aksnetpol.post.pull_request import PullRequest


class ServiceName(StrEnum):
    """What can be posted to."""

    GITHUB = "github"
    GITLAB = "gitlab"
    AZURE_DEVOPS = "azure-devops"


def pull_request(name: ServiceName, environ: Mapping[str, str]) -> PullRequest:
    """Return the pull request that a CI job is about, by the job's environment; nothing is sent yet.

    Raises:
        MissingVariableError: a variable is missing.
    """
    # Imported here: they take the extra `live`, and a report that is not posted is read without it.
    match name:
        case ServiceName.GITHUB:
            from aksnetpol.post.github import GitHub

            return GitHub(environ)
        case ServiceName.GITLAB:
            from aksnetpol.post.gitlab import GitLab

            return GitLab(environ)
        case ServiceName.AZURE_DEVOPS:
            from aksnetpol.post.azure_devops import AzureDevOps

            return AzureDevOps(environ)
