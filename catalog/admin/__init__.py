from catalog.admin import catalog, findings, plates, proposals, stores

__all__ = ["catalog", "findings", "plates", "proposals", "stores"]
