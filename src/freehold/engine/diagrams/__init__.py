"""Decision diagrams: minimal cut sets, exact probabilities and importances of failure logic."""
