"""A copy of k8s.io/client-go without the clients and informers of some group versions.

Every package that is given `kubernetes.Interface` is compiled with all that it reaches: nothing shortens the
build of Kubernetes more than a smaller one. What serves those versions in kube-apiserver stays.
"""

import re
from collections.abc import Iterable
from pathlib import Path

GroupVersion = tuple[str, str]


def leave_out(client_go: Path, unused: Iterable[GroupVersion]) -> None:
    """Edit generated files, each replaced whole: a copy may share them with Go's cache.

    Args:
        client_go: the module's root.
        unused: (group as client-go's folders name it, version) pairs.
    """
    clientset, generic = client_go / "kubernetes" / "clientset.go", client_go / "informers" / "generic.go"
    for group, version in unused:
        alias, name = f"{group}{version}", f"{group.capitalize()}{version.capitalize()}"
        _drop(
            clientset,
            rf"// {name} retrieves .*\nfunc .*\n.*\n}}\n",
            rf"\tcs\.\w+, err = {alias}\.NewForConfigAndClient\(.*\n\tif err != nil {{\n.*\n\t}}\n",
            rf".*\b{alias}[. ].*\n",
        )
        _drop(
            client_go / "informers" / group / "interface.go",
            rf'\t\w+ "k8s\.io/client-go/informers/{group}/{version}"\n',
            rf"\t// {version.capitalize()} provides .*\n.*\n",
            rf"// {version.capitalize()} returns .*\nfunc .*\n.*\n}}\n",
        )
        _drop_cases(generic, group, version)


def _drop_cases(generic: Path, group: str, version: str) -> None:
    line = rf'\t(\w+) "k8s\.io/api/{group}/{version}"\n'
    if generic.exists() and (found := re.search(f"^{line}", generic.read_text(), re.MULTILINE)):
        _drop(generic, line, rf"\tcase {found[1]}\.SchemeGroupVersion\..*\n.*\n")


def _drop(file: Path, *lines: str) -> None:
    if not file.exists():  # a group without informers, or another version's layout: it only builds longer
        return
    text = file.read_text()
    for pattern in lines:
        text = re.sub(f"^{pattern}", "", text, flags=re.MULTILINE)
    file.unlink()
    file.write_text(text)
