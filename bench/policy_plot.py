"""Draws the CSV of policy_reach.py: seconds over pods, both logarithmic. `python policy_plot.py CSV SVG`"""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path

SHOWN = {"reach": "#1f6feb", "diff": "#c0392b", "can": "#2a7d4f"}
WIDTH, HEIGHT, LEFT, BOTTOM = 640, 400, 70, 50
PODS, SECONDS = (1_000, 100_000), (0.001, 10.0)


def across(pods: float) -> float:
    """Return where a number of pods stands."""
    return LEFT + (WIDTH - LEFT - 90) * _share(pods, *PODS)


def up(seconds: float) -> float:
    """Return where a time stands."""
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 20) * _share(seconds, *SECONDS)


def _share(value: float, low: float, high: float) -> float:
    return (math.log10(max(value, low)) - math.log10(low)) / (math.log10(high) - math.log10(low))


def picture(rows: list[dict[str, str]]) -> str:
    """Return the plot as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
    ]
    for power in range(-3, 2):
        y = up(10**power)
        parts.append(f'<path d="M{LEFT} {y:.0f}H{WIDTH - 90}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g} s</text>')
    for pods in (1_000, 10_000, 100_000):
        x = across(pods)
        parts.append(f'<path d="M{x:.0f} 20V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - 30}" text-anchor="middle">{pods:,} pods</text>')
    # What cost that grows with the square of the pods would look like, from the first measured reach.
    first = float(next(row["seconds"] for row in rows if row["step"] == "reach"))
    end = min(PODS[1], PODS[0] * math.sqrt(SECONDS[1] / first))
    parts.append(
        f'<path d="M{across(PODS[0]):.0f} {up(first):.0f}L{across(end):.0f} '
        f'{up(first * (end / PODS[0]) ** 2):.0f}" stroke="#999" stroke-dasharray="4 4"/>'
        f'<text x="{across(end) + 6:.0f}" y="{up(first * (end / PODS[0]) ** 2) + 4:.0f}" fill="#999">'
        "pods squared</text>"
    )
    for step, colour in SHOWN.items():
        points = [(float(row["pods"]), float(row["seconds"])) for row in rows if row["step"] == step]
        line = " ".join(f"{across(pods):.1f},{up(seconds):.1f}" for pods, seconds in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        pods, seconds = points[-1]
        parts.append(
            f'<text x="{across(pods) + 6:.0f}" y="{up(seconds) + 4:.0f}" fill="{colour}">{step}</text>'
        )
    return "".join([*parts, "</svg>\n"])


def main() -> None:
    """Read the measurements, write the picture."""
    source, target = map(Path, sys.argv[1:3])
    with source.open(newline="") as stream:
        target.write_text(picture(list(csv.DictReader(stream))))


if __name__ == "__main__":
    main()
