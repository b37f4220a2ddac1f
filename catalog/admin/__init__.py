from catalog.admin import catalog, findings, plates, storage, stores

__all__ = ["catalog", "findings", "plates", "storage", "stores"]
