"""Widgets for learning deep learning by looking and touching."""
