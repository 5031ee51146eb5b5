"""What stands beside a Sharpe ratio that research has found, as cards."""

from __future__ import annotations

from alphintra_desktop.ui.cards import Figure
from alphintra_desktop.workspace.research_results import Judgement


def figures_of_trust(judged: Judgement) -> list[Figure]:
    """What stands beside a Sharpe ratio: luck, the trials counted, and overfitting."""
    figures = []
    if judged.trials:
        chance = f"PSR {judged.probabilistic}, {judged.of}" if judged.probabilistic else "no figure"
        told = (chance, f"{judged.trials:,} trials on this data", judged.record)
        lines = tuple(line for line in told if line)
        full = "\n".join(judged.sentences)
        figures.append(Figure("Deflated Sharpe ratio", judged.deflated, lines, help=full))
    if judged.overfitting:
        lines = ("that choosing the best", "point is overfitting")
        last = judged.sentences[-1]
        figures.append(Figure("Probability (PBO)", judged.overfitting, lines, help=last))
    return figures
