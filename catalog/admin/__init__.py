from catalog.admin import catalog, counts, findings, plates, stores

__all__ = ["catalog", "counts", "findings", "plates", "stores"]
