"""What each scenario denies: scenarios as values in, lost leaves with their days out."""
