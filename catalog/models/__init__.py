from catalog.models.access import Access
from catalog.models.change import Change
from catalog.models.dataset import Dataset
from catalog.models.history import History
from catalog.models.holding import Holding
from catalog.models.job import Job
from catalog.models.link_test import LinkTest
from catalog.models.origin import Origin
from catalog.models.proposal import Proposal
from catalog.models.saved_query import SavedQuery
from catalog.models.share import Share
from catalog.models.sign_in import SignIn
from catalog.models.source import Source
from catalog.models.study import ExternalId, Funding, Person, Publication
from catalog.models.token import Token
from catalog.models.version import Version

__all__ = [
    "Access",
    "Change",
    "Dataset",
    "ExternalId",
    "Funding",
    "History",
    "Holding",
    "Job",
    "LinkTest",
    "Origin",
    "Person",
    "Proposal",
    "Publication",
    "SavedQuery",
    "Share",
    "SignIn",
    "Source",
    "Token",
    "Version",
]
