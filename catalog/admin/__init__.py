from catalog.admin import catalog, plates

__all__ = ["catalog", "plates"]
