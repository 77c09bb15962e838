"""Images from a registry that is frozen."""

from __future__ import annotations

from collections.abc import Iterator

from aksnetpol.documents import is_list
from aksnetpol.findings import Edit, Fix, Severity
from aksnetpol.policy.lint.context import Context, written
from aksnetpol.policy.lint.model import Hit, Rule
from aksnetpol.policy.model.places import Origin

OLD, NEW = "k8s.gcr.io/", "registry.k8s.io/"
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")


def registry(context: Context) -> Iterator[Hit]:
    """Find images of the old registry."""
    for pod in context.cluster.pods:
        for image, origin in _images(pod.origin):
            if image.startswith(OLD):
                wanted = NEW + image.removeprefix(OLD)
                fix = Fix(f"write {wanted}", Edit(origin.location, origin.path, wanted))
                yield Hit(
                    f"image {image} is in the frozen registry {OLD[:-1]}", origin, str(pod.identity), fix
                )


def _images(origin: Origin | None) -> Iterator[tuple[str, Origin]]:
    if origin is None:
        return
    for kind in _CONTAINERS:
        listed = written(origin.at("spec", kind))
        for index in range(len(listed) if is_list(listed) else 0):
            place = origin.at("spec", kind, index, "image")
            image = written(place)
            if isinstance(image, str):
                yield image, place


RULES = (
    Rule(
        "image-registry",
        Severity.WARNING,
        f"an image of the frozen registry {OLD[:-1]}",
        f"Use {NEW[:-1]}.",
        "Kubernetes blog, k8s.gcr.io Image Registry Will Be Frozen From the 3rd of April 2023",
        registry,
        fix="writes the new registry; verdicts stay",
    ),
)
