"""The supply graph: AND/OR nodes over condition leaves, as arrays in evaluation order."""
