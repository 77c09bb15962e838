"""Where pull requests are."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from aksnetpol.post.azure_devops import AzureDevOps
from aksnetpol.post.github import GitHub
from aksnetpol.post.gitlab import GitLab
from aksnetpol.post.pull_request import PullRequest


class ServiceName(StrEnum):
    """What can be posted to."""

    GITHUB = "github"
    GITLAB = "gitlab"
    AZURE_DEVOPS = "azure-devops"


_SERVICES: Mapping[ServiceName, Callable[[Mapping[str, str]], PullRequest]] = {
    ServiceName.GITHUB: GitHub,
    ServiceName.GITLAB: GitLab,
    ServiceName.AZURE_DEVOPS: AzureDevOps,
}


def pull_request(name: ServiceName, environ: Mapping[str, str]) -> PullRequest:
    """Return the pull request that a CI job is about, by the job's environment; nothing is sent yet.

    Raises:
        MissingVariableError: a variable is missing.
    """
    return _SERVICES[name](environ)
