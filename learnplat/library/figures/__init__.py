"""Figures that units show: each drawn once in each language, as SVG that can be read aloud."""

from learnplat.library.figures.drawing import drawn, is_figure

__all__ = ["drawn", "is_figure"]
