class PixelsRefused(Exception):
    """Pixels that are not drawn: its text says why, in a sentence for the person who looks."""


class PixelsTooLarge(PixelsRefused):
    """More pixels than one picture may take, or chunks larger than are unpacked."""


class PixelsUnknown(PixelsRefused):
    """An array that is packed, or made, in a way that is not known here."""


class PixelsBroken(PixelsRefused):
    """A chunk or the document of an array that cannot be made sense of."""


class PixelsAbsent(PixelsRefused):
    """An image without any array that could be drawn."""


class PixelsTooSlow(PixelsRefused):
    """Pixels that did not come within the time that somebody waits for a picture."""
