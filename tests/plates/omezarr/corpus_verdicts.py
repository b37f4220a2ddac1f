"""Every store of the corpus and what should be found in it, derived by hand before anything ran.

The corpus is not part of the repository; paths are relative to its folder.
"""

from tests.plates.omezarr.corpus_collections import COLLECTIONS, DOCUMENTS, SCENES
from tests.plates.omezarr.corpus_faults import FAULTY_IMAGES
from tests.plates.omezarr.corpus_images import SOUND_IMAGES
from tests.plates.omezarr.corpus_plates import PLATES
from tests.plates.omezarr.expectation import Expected

STORES: tuple[Expected, ...] = PLATES + COLLECTIONS + SCENES + SOUND_IMAGES + FAULTY_IMAGES

__all__ = ["DOCUMENTS", "STORES", "Expected"]
