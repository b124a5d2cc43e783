"""The catalog: records of suppliers, offerings, terms and channels, loaded, checked, indexed and matched."""
