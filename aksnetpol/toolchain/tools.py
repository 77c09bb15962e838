"""The table of tools that are had from Go modules: what, which version, how to build, how to recognise."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aksnetpol.toolchain.errors import UnknownToolError

Version = tuple[int, ...]
_GO = Path(__file__).parent / "go"


@dataclass(frozen=True)
class Module:
    """A Go module that we name ourselves.

    Args:
        path: import path.
        version: its version, which its tools carry.
        checksum: go.sum's h1 hash of the module; Go refuses a download that differs. Dependencies are
            held by the Go checksum database.
    """

    path: str
    version: str
    checksum: str


@dataclass(frozen=True)
class Cut:
    """What is left out of a module: what is there for tests only, or pulls in much for little.

    Args:
        path, version: of the module.
        without: patterns of files, from the module's root.
        instead: folder that is laid over what is left.
        clients: (group, version) pairs that k8s.io/client-go needs no client of.
    """

    path: str
    version: str
    without: tuple[str, ...] = ()
    instead: Path | None = None
    clients: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Recipe:
    """One go.mod, and one run of Go over it that builds all of its tools: what they share is compiled once.

    Args:
        name: of the whole, and of the executable that our own main package makes.
        modules: what is required; the first one names the version in messages.
        go: the least Go version, from the modules' go.mod.
        processor: processor seconds that the build takes with nothing cached.
        linker: values for `-ldflags -X`.
        replaces: (module, "module version") pairs that the modules' own go.mod replace; Go ignores those of
            a dependency.
        staging: the version for every replacement that the first module's go.mod points at its own ./staging.
        shared: (module, version) pairs, at least, of dependencies.
        tags: build tags.
        cuts: of modules of which not everything is taken.
        source: folder of a main package of our own, with one executable for every tool whose package is ".";
            it tells by the name of its link what it is.
    """

    name: str
    modules: tuple[Module, ...]
    go: Version
    processor: int
    linker: tuple[str, ...] = ()
    replaces: tuple[tuple[str, str], ...] = ()
    staging: str | None = None
    shared: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    cuts: tuple[Cut, ...] = ()
    source: Path | None = None

    @property
    def label(self) -> str:
        """Name and version for messages."""
        return f"{self.name} {self.modules[0].version}"

    @property
    def key(self) -> str:
        """Name as a file's; another one when what is built changes."""
        version = self.modules[0].version
        if self.source is None:
            return f"{self.name}-{version}"
        folders = [self.source, *(cut.instead for cut in self.cuts if cut.instead)]
        texts = [file.read_bytes() for folder in folders for file in sorted(folder.rglob("*.go"))]
        texts += [f"{cut.path} {cut.without} {cut.clients}".encode() for cut in self.cuts]
        return f"{self.name}-{version}-{hashlib.sha256(b''.join(texts)).hexdigest()[:8]}"

    @property
    def seconds(self) -> int:
        """Estimated length of the build on this machine, with nothing cached."""
        return round(self.processor / (os.cpu_count() or 1))


@dataclass(frozen=True)
class Tool:
    """An executable.

    Args:
        name: of the executable.
        module: the one of its recipe that it carries the version of.
        recipe: what builds it.
        package: import path of its main package; "." for the recipe's own.
        version_arguments: make it print its version; empty when it has no such option.
        least, below: the versions on PATH that do, as a half-open range.
    """

    name: str
    module: Module
    recipe: Recipe
    package: str
    version_arguments: tuple[str, ...] = ()
    least: Version = ()
    below: Version = ()

    @property
    def label(self) -> str:
        """Name and version for messages."""
        return f"{self.name} {self.module.version}"

    @property
    def folder(self) -> str:
        """Its folder in the cache: one for a recipe with a main package of ours, else by the module."""
        if self.recipe.source is not None:
            return self.recipe.key
        return f"{self.module.path.replace('/', '-')}-{self.module.version}"


def _kubernetes_version(minor: int, patch: int) -> tuple[str, ...]:
    prefix = "k8s.io/component-base/version"
    return (f"{prefix}.gitVersion=v1.{minor}.{patch}", f"{prefix}.gitMajor=1", f"{prefix}.gitMinor={minor}")


# pulumi/pkg's go.mod replaces this module; see https://github.com/pulumi/pulumi/blob/master/pkg/go.mod.
_CLIPBOARD = (
    "github.com/atotto/clipboard",
    "github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
)

PULUMI = Module(
    "github.com/pulumi/pulumi/pkg/v3", "v3.259.0", "h1:Zf4wiLmgdhTAyq5dtTVnNY26BjtGrJ85ZQYut2qG6xM="
)
PULUMI_YAML = Module(
    "github.com/pulumi/pulumi-yaml", "v1.32.0", "h1:F0yWc/QX0pVb6tAxvbnN0l1Ds66le4RY71fmu5SMiHc="
)
KUBERNETES = Module("k8s.io/kubernetes", "v1.36.3", "h1:qDQdoMiluAE2Eab6Fa52YV+WjiGz9mZFFoagEA6cI+o=")
KUBECTL = Module("k8s.io/kubectl", "v0.36.3", "h1:TesKp+XYQEjPYoFvuobcVnuvira2+/xAVlq//+kksaI=")
# The version that k8s.io/kubernetes itself requires.
ETCD = Module("go.etcd.io/etcd/server/v3", "v3.6.8", "h1:U2strdSEy1U8qcSzRIdkYpvOPtBy/9i/IfaaCI9flZ4=")

# What several recipes use, in the version of the newest of them: then it is compiled once for all.
_SHARED = (
    ("github.com/ProtonMail/go-crypto", "v1.4.1"),
    ("github.com/grpc-ecosystem/grpc-gateway/v2", "v2.30.0"),
    ("github.com/hashicorp/hcl/v2", "v2.24.0"),
    ("github.com/klauspost/compress", "v1.18.7"),
    ("github.com/spf13/afero", "v1.15.0"),
    ("github.com/zclconf/go-cty", "v1.16.3"),
    ("go.opentelemetry.io/collector/pdata", "v1.65.0"),
    ("go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc", "v0.70.0"),
    ("go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp", "v0.70.0"),
    ("go.opentelemetry.io/otel", "v1.45.0"),
    ("go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc", "v1.45.0"),
    ("go.opentelemetry.io/otel/sdk", "v1.45.0"),
    ("golang.org/x/crypto", "v0.55.0"),
    ("golang.org/x/net", "v0.58.0"),
    ("golang.org/x/oauth2", "v0.36.0"),
    ("golang.org/x/sync", "v0.22.0"),
    ("golang.org/x/sys", "v0.47.0"),
    ("golang.org/x/term", "v0.45.0"),
    ("golang.org/x/text", "v0.41.0"),
    ("google.golang.org/genproto/googleapis/api", "v0.0.0-20260819154853-08b0e4226688"),
    ("google.golang.org/genproto/googleapis/rpc", "v0.0.0-20260819154853-08b0e4226688"),
    ("google.golang.org/grpc", "v1.83.1"),
    ("google.golang.org/protobuf", "v1.36.12"),
)

_ENGINE = Recipe(
    name="pulumi",
    modules=(PULUMI,),
    go=(1, 25, 11),
    processor=190,
    linker=(f"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={PULUMI.version}",),
    replaces=(_CLIPBOARD,),
    # Google Cloud Storage's own network path, with Envoy's whole API; its files are read over HTTP.
    tags=("disable_grpc_modules",),
    shared=_SHARED,
)
_YAML_HOST = Recipe(
    name="pulumi-language-yaml",
    modules=(PULUMI_YAML,),
    go=(1, 25, 9),
    processor=40,
    linker=(f"github.com/pulumi/pulumi-yaml/pkg/version.Version={PULUMI_YAML.version}",),
    replaces=(_CLIPBOARD,),
    shared=_SHARED,
)
# What no controller, plugin or command asks for. Where the garbage collector and quotas have no informer of a
# version, they use one of metadata (k8s.io/controller-manager/pkg/informerfactory).
_UNUSED_CLIENTS = (
    ("admissionregistration", "v1alpha1"),
    ("admissionregistration", "v1beta1"),
    ("apps", "v1beta1"),
    ("apps", "v1beta2"),
    ("authorization", "v1beta1"),
    ("batch", "v1beta1"),
    ("certificates", "v1alpha1"),
    ("coordination", "v1alpha2"),
    ("discovery", "v1beta1"),
    ("events", "v1beta1"),
    ("extensions", "v1beta1"),
    ("flowcontrol", "v1beta1"),
    ("flowcontrol", "v1beta2"),
    ("flowcontrol", "v1beta3"),
    ("node", "v1alpha1"),
    ("node", "v1beta1"),
    ("rbac", "v1alpha1"),
    ("rbac", "v1beta1"),
    ("resource", "v1alpha3"),
    ("resource", "v1beta1"),
    ("scheduling", "v1beta1"),
    ("storage", "v1alpha1"),
    ("storage", "v1beta1"),
    ("storagemigration", "v1beta1"),
)
_CLUSTER = Recipe(
    name="kubernetes",
    modules=(KUBERNETES, KUBECTL, ETCD),
    go=(1, 26),
    processor=300,
    linker=_kubernetes_version(36, 3),
    staging=KUBECTL.version,
    shared=_SHARED,
    cuts=(
        # Helpers of tests, which the compiler takes for a part of the program: with them come the stand-ins
        # of every client.
        Cut(
            "k8s.io/apiserver",
            KUBECTL.version,
            ("pkg/admission/plugin/policy/generic/policy_test_context.go",),
        ),
        # Of the kubelet only the word for an evicted pod is asked for.
        Cut(
            KUBERNETES.path,
            KUBERNETES.version,
            ("pkg/scheduler/backend/queue/testing.go", "pkg/kubelet/eviction/*.go"),
            _GO / "cuts" / "kubernetes",
        ),
        Cut("k8s.io/client-go", KUBECTL.version, clients=_UNUSED_CLIENTS),
    ),
    source=_GO / "kubernetes",
)


def _control_plane(name: str) -> Tool:
    return Tool(name, KUBERNETES, _CLUSTER, ".", ("--version",), least=(1, 36, 3), below=(1, 37))


TOOLS = (
    Tool(
        "pulumi",
        PULUMI,
        _ENGINE,
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        ("version",),
        least=(3, 259),
        below=(4,),
    ),
    Tool(
        "pulumi-language-yaml",
        PULUMI_YAML,
        _YAML_HOST,
        "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    ),
    Tool("etcd", ETCD, _CLUSTER, ".", ("--version",), least=(3, 6, 5), below=(3, 7)),
    _control_plane("kube-apiserver"),
    _control_plane("kube-controller-manager"),
    _control_plane("kube-scheduler"),
    # Small and by itself: every pod is one, and starts at once. It prints no version of its own when built
    # from the module; its commands are stable since 2.x.
    Tool("agnhost", KUBERNETES, _CLUSTER, "k8s.io/kubernetes/test/images/agnhost"),
    # kubectl supports a server one minor version away (Kubernetes docs, "Version Skew Policy").
    Tool("kubectl", KUBECTL, _CLUSTER, ".", ("version", "--client"), least=(1, 35), below=(1, 38)),
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


def siblings(recipe: Recipe) -> tuple[Tool, ...]:
    """Every tool of a recipe, since one run of Go builds them all."""
    return tuple(row for row in TOOLS if row.recipe is recipe)


def recipes_of(tools: Iterable[Tool]) -> tuple[Recipe, ...]:
    """The recipes of some tools, each once, those that take longest first."""
    return tuple(sorted({row.recipe for row in tools}, key=lambda one: (-one.processor, one.name)))
