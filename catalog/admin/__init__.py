from catalog.admin import catalog, findings, plates, stores

__all__ = ["catalog", "findings", "plates", "stores"]
