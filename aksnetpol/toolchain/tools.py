"""The table of tools that are had from Go modules: what, which version, how to build, how to recognise."""

from collections.abc import Iterable
from dataclasses import dataclass

from aksnetpol.toolchain.errors import UnknownToolError

Version = tuple[int, ...]


@dataclass(frozen=True)
class Module:
    """A Go module that tools are built from, all of its tools in one run of Go.

    Args:
        path: import path of the module.
        version: its version, which also names the folder in the cache.
        checksum: go.sum's h1 hash of the module; Go refuses a download that differs. Dependencies are
            held by the Go checksum database.
        go: the least Go version, from the module's go.mod.
        seconds: build time on two cores with nothing cached.
        linker: values for `-ldflags -X`.
        replaces: (module, "module version") pairs that the module's own go.mod replaces; Go ignores those
            of a dependency.
        staging: the version for every replacement that the module's go.mod points at its own ./staging.
        main: Go text of a main package, for a module that has none.
    """

    path: str
    version: str
    checksum: str
    go: Version
    seconds: int
    linker: tuple[str, ...] = ()
    replaces: tuple[tuple[str, str], ...] = ()
    staging: str | None = None
    main: str | None = None


@dataclass(frozen=True)
class Tool:
    """An executable.

    Args:
        name: of the executable.
        module: where it is built from.
        package: import path of its main package.
        version_arguments: make it print its version; empty when it has no such option.
        least, below: the versions on PATH that do, as a half-open range.
    """

    name: str
    module: Module
    package: str
    version_arguments: tuple[str, ...] = ()
    least: Version = ()
    below: Version = ()

    @property
    def label(self) -> str:
        """Name and version for messages."""
        return f"{self.name} {self.module.version}"


def _kubernetes_version(minor: int, patch: int) -> tuple[str, ...]:
    prefix = "k8s.io/component-base/version"
    return (f"{prefix}.gitVersion=v1.{minor}.{patch}", f"{prefix}.gitMajor=1", f"{prefix}.gitMinor={minor}")


# pulumi/pkg's go.mod replaces this module; see https://github.com/pulumi/pulumi/blob/master/pkg/go.mod.
_CLIPBOARD = (
    "github.com/atotto/clipboard",
    "github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
)

_KUBECTL_MAIN = """package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
		os.Exit(1)
	}
}
"""

PULUMI = Module(
    path="github.com/pulumi/pulumi/pkg/v3",
    version="v3.259.0",
    checksum="h1:Zf4wiLmgdhTAyq5dtTVnNY26BjtGrJ85ZQYut2qG6xM=",
    go=(1, 25, 11),
    seconds=215,
    linker=("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",),
    replaces=(_CLIPBOARD,),
)
PULUMI_YAML = Module(
    path="github.com/pulumi/pulumi-yaml",
    version="v1.32.0",
    checksum="h1:F0yWc/QX0pVb6tAxvbnN0l1Ds66le4RY71fmu5SMiHc=",
    go=(1, 25, 9),
    seconds=90,
    linker=("github.com/pulumi/pulumi-yaml/pkg/version.Version=v1.32.0",),
    replaces=(_CLIPBOARD,),
)
ETCD = Module(
    path="go.etcd.io/etcd/server/v3",
    version="v3.6.5",
    checksum="h1:4RbUb1Bd4y1WkBHmuF+cZII83JNQMuNXzyjwigQ06y0=",
    go=(1, 24),
    seconds=60,
)
KUBERNETES = Module(
    path="k8s.io/kubernetes",
    version="v1.36.3",
    checksum="h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o=",
    go=(1, 26),
    seconds=240,
    linker=_kubernetes_version(36, 3),
    staging="v0.36.3",
)
KUBECTL = Module(
    path="k8s.io/kubectl",
    version="v0.36.3",
    checksum="h1:TesKp+XYQEjPYoFvuobcVnuvira2+/xAVlq//+kksaI=",
    go=(1, 26),
    seconds=70,
    linker=_kubernetes_version(36, 3),
    main=_KUBECTL_MAIN,
)


def _control_plane(name: str) -> Tool:
    package = f"k8s.io/kubernetes/cmd/{name}"
    return Tool(name, KUBERNETES, package, ("--version",), least=(1, 36, 3), below=(1, 37))


TOOLS = (
    Tool(
        "pulumi",
        PULUMI,
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        ("version",),
        least=(3, 259),
        below=(4,),
    ),
    Tool("pulumi-language-yaml", PULUMI_YAML, "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"),
    Tool("etcd", ETCD, "go.etcd.io/etcd/server/v3", ("--version",), least=(3, 6, 5), below=(3, 7)),
    _control_plane("kube-apiserver"),
    _control_plane("kube-controller-manager"),
    _control_plane("kube-scheduler"),
    # The build from the module prints no version of its own; its commands are stable since 2.x.
    Tool("agnhost", KUBERNETES, "k8s.io/kubernetes/test/images/agnhost"),
    # kubectl supports a server one minor version away (Kubernetes docs, "Version Skew Policy").
    Tool("kubectl", KUBECTL, ".", ("version", "--client"), least=(1, 35), below=(1, 38)),
)

CONTROL_PLANE = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "agnhost")


def tool(name: str) -> Tool:
    """The row of a tool.

    Raises:
        UnknownToolError: no such row.
    """
    for row in TOOLS:
        if row.name == name:
            return row
    known = ", ".join(row.name for row in TOOLS)
    raise UnknownToolError(f"Unknown tool {name!r}. Known tools: {known}.")


def siblings(module: Module) -> tuple[Tool, ...]:
    """Every tool of a module, since one run of Go builds them all."""
    return tuple(row for row in TOOLS if row.module is module)


def modules_of(tools: Iterable[Tool]) -> tuple[Module, ...]:
    """The modules of some tools, each once, in the table's order."""
    wanted = {row.module for row in tools}
    return tuple(dict.fromkeys(row.module for row in TOOLS if row.module in wanted))
