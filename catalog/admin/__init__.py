from catalog.admin import catalog, changes, findings, plates, stores

__all__ = ["catalog", "changes", "findings", "plates", "stores"]
