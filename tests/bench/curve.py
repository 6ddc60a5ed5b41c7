#!/usr/bin/env python3
"""curve.py FILE: lines of "paths milliseconds megabytes" as a picture (SVG), both axes by powers of ten."""
import math
import sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 400, 70, 150, 40, 50
X_RANGE, Y_RANGE = (3, 5), (0, 4)


def x_of(value):
    return LEFT + (math.log10(value) - X_RANGE[0]) / (X_RANGE[1] - X_RANGE[0]) * (WIDTH - LEFT - RIGHT)


def y_of(value):
    share = (math.log10(max(value, 1)) - Y_RANGE[0]) / (Y_RANGE[1] - Y_RANGE[0])
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def curve(points, color, name):
    places = [(x_of(paths), y_of(value)) for paths, value in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    print(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
    for (x, y), (_, value) in zip(places, points):
        print(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>')
        print(f'<text x="{x - 6:.1f}" y="{y - 8:.1f}" text-anchor="end" fill="{color}">{value:,}</text>')
    x, y = places[-1]
    print(f'<text x="{x + 10:.1f}" y="{y + 4:.1f}" fill="{color}">{name}</text>')


def main():
    with open(sys.argv[1], encoding="ascii") as lines:
        rows = [tuple(map(int, line.split())) for line in lines]
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">')
    print(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>')
    print(f'<text x="{LEFT}" y="20" font-size="14">multipath plan of a replayed host, on one core</text>')
    for power in range(X_RANGE[0], X_RANGE[1] + 1):
        x = x_of(10**power)
        print(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        print(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**power:,} paths</text>')
    for power in range(Y_RANGE[0], Y_RANGE[1] + 1):
        y = y_of(10**power)
        print(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>')
        print(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10**power:,}</text>')
    curve([(paths, ms) for paths, ms, _ in rows], "#0b5394", "ms of processor")
    curve([(paths, mb) for paths, _, mb in rows], "#b45f06", "MB of memory")
    print("</svg>")


main()
