"""How well both classifiers name rendered hands: a grid of them, through the real landmarker, to confusion matrices."""
