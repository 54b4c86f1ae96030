"""Renders, composes, trains, exports and judges Segmentry's own small food model."""
