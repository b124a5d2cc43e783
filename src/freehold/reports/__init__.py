"""An assessment as text, JSON and other forms: one module each, from model values only."""
