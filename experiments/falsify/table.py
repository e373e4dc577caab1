#!/usr/bin/env python3
"""results/*.json of campaign.sh as results/campaign.md."""
import json
import pathlib

here = pathlib.Path(__file__).parent / "results"
rows = []
for path in sorted(here.glob("*.json")):
    r = json.loads(path.read_text())
    if "verdict" not in r:
        continue
    compared = sum(t["compared"] for t in r["tried"])
    worst = max(r["tried"], key=lambda t: t["worst_ratio"])
    rows.append(
        f"| {r['bound']}:{r['form']} | {r['verdict']} | {r['seed']} | {r['seconds']:.0f} | "
        f"{r['evaluations']} | {compared} | {sum(t['violations'] for t in r['tried'])} | "
        f"{len(r['attempts'])} | {r['worst_ratio']:.4f} ({worst['population']}, {worst['learner']}) |"
    )
head = [
    "| bound | verdict | seed | seconds | settings | replicates compared | violations | confirmations | worst risk/bound |",
    "|---|---|---|---|---|---|---|---|---|",
]
(here / "campaign.md").write_text("\n".join(head + rows) + "\n")
