from catalog.admin import catalog, changes, findings, plates, proposals, storage, stores

__all__ = ["catalog", "changes", "findings", "plates", "proposals", "storage", "stores"]
