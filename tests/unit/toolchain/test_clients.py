from pathlib import Path

from aksnetpol.toolchain.clients import leave_out

_CLIENTSET = """import (
	appsv1 "k8s.io/client-go/kubernetes/typed/apps/v1"
	appsv1beta1 "k8s.io/client-go/kubernetes/typed/apps/v1beta1"
)

type Interface interface {
	AppsV1() appsv1.AppsV1Interface
	AppsV1beta1() appsv1beta1.AppsV1beta1Interface
}

type Clientset struct {
	appsV1      *appsv1.AppsV1Client
	appsV1beta1 *appsv1beta1.AppsV1beta1Client
}

// AppsV1 retrieves the AppsV1Client
func (c *Clientset) AppsV1() appsv1.AppsV1Interface {
	return c.appsV1
}

// AppsV1beta1 retrieves the AppsV1beta1Client
func (c *Clientset) AppsV1beta1() appsv1beta1.AppsV1beta1Interface {
	return c.appsV1beta1
}

func NewForConfigAndClient() (*Clientset, error) {
	cs.appsV1, err = appsv1.NewForConfigAndClient(&configShallowCopy, httpClient)
	if err != nil {
		return nil, err
	}
	cs.appsV1beta1, err = appsv1beta1.NewForConfigAndClient(&configShallowCopy, httpClient)
	if err != nil {
		return nil, err
	}
	return &cs, nil
}

func New(c rest.Interface) *Clientset {
	cs.appsV1 = appsv1.New(c)
	cs.appsV1beta1 = appsv1beta1.New(c)
}
"""
_INFORMERS = """import (
	v1 "k8s.io/client-go/informers/apps/v1"
	v1beta1 "k8s.io/client-go/informers/apps/v1beta1"
)

type Interface interface {
	// V1 provides access to shared informers for resources in V1.
	V1() v1.Interface
	// V1beta1 provides access to shared informers for resources in V1beta1.
	V1beta1() v1beta1.Interface
}

// V1 returns a new v1.Interface.
func (g *group) V1() v1.Interface {
	return v1.New(g.factory, g.namespace, g.tweakListOptions)
}

// V1beta1 returns a new v1beta1.Interface.
func (g *group) V1beta1() v1beta1.Interface {
	return v1beta1.New(g.factory, g.namespace, g.tweakListOptions)
}
"""
_GENERIC = """import (
	v1 "k8s.io/api/apps/v1"
	v1beta1 "k8s.io/api/apps/v1beta1"
)

func ForResource() {
	switch resource {
	case v1.SchemeGroupVersion.WithResource("deployments"):
		return f.Apps().V1().Deployments()
	case v1beta1.SchemeGroupVersion.WithResource("deployments"):
		return f.Apps().V1beta1().Deployments()
	}
}
"""
_TEXTS = {
    "kubernetes/clientset.go": _CLIENTSET,
    "informers/apps/interface.go": _INFORMERS,
    "informers/generic.go": _GENERIC,
}


def _module(folder: Path) -> Path:
    for name, text in _TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def _outline(folder: Path) -> dict[str, list[str]]:
    return {
        name: [" ".join(line.split()) for line in (folder / name).read_text().splitlines() if line.strip()]
        for name in _TEXTS
    }


def test_a_version_is_gone_with_all_that_names_it_and_nothing_else(tmp_path: Path) -> None:
    whole = _outline(_module(tmp_path))
    leave_out(tmp_path, [("apps", "v1beta1")])
    left = _outline(tmp_path)
    assert not [line for lines in left.values() for line in lines if "beta1" in line.lower()]
    gone = {name: len(lines) - len(left[name]) for name, lines in whole.items()}
    assert gone == {
        "kubernetes/clientset.go": 12,
        "informers/apps/interface.go": 7,
        "informers/generic.go": 3,
    }
    assert [text.count("{") - text.count("}") for text in map(str, left.values())] == [0, 0, 0]


def test_a_file_shared_with_gos_cache_is_replaced_not_written_into(tmp_path: Path) -> None:
    cached = _module(tmp_path / "cache")
    copy = tmp_path / "copy"
    for name in _TEXTS:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).hardlink_to(cached / name)
    leave_out(copy, [("apps", "v1beta1"), ("authorization", "v1beta1")])
    assert {name: (cached / name).read_text() for name in _TEXTS} == _TEXTS
    assert "v1beta1" not in (copy / "informers/generic.go").read_text()
