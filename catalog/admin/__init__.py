from catalog.admin import catalog, findings, plates, proposals, storage, stores

__all__ = ["catalog", "findings", "plates", "proposals", "storage", "stores"]
