"""What any simulated picture needs: soft noise, blur, the camera, and smaller levels."""

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Light: TypeAlias = NDArray[np.float32]
Pixels: TypeAlias = NDArray[np.uint16]

OFFSET = 100.0
"""What the camera says in the dark."""
READ_NOISE = 2.0
GAIN = 0.2
"""Grey values for each photon: what makes bright places noisy."""
_BRIGHTEST = 65_535


def blurred(light: Light, *, sigma: float) -> Light:
    """A plane seen through a Gaussian of that many pixels; its borders join."""
    spectrum = np.fft.rfft2(light) * _gaussian(light.shape[0], light.shape[1], sigma)
    return np.fft.irfft2(spectrum, s=light.shape).astype(np.float32)


@lru_cache(maxsize=16)
def _gaussian(height: int, width: int, sigma: float) -> Light:
    rows = np.fft.fftfreq(height)[:, None]
    columns = np.fft.rfftfreq(width)[None, :]
    falloff = np.exp(-2 * (np.pi * sigma) ** 2 * (rows**2 + columns**2))
    return np.asarray(falloff, dtype=np.float32)


def soft_noise(rng: np.random.Generator, shape: tuple[int, int], *, sigma: float) -> Light:
    """Clouds: noise of mean 0 and deviation 1 whose grains are `sigma` pixels wide."""
    clouds = blurred(rng.standard_normal(shape, dtype=np.float32), sigma=sigma)
    clouds -= clouds.mean()
    return np.asarray(clouds / clouds.std(), dtype=np.float32)


def vignette(size: int, *, loss: float) -> Light:
    """How much light a lens lets through over a square: all in the middle, less in the corners."""
    reach = np.linspace(-1, 1, size, dtype=np.float32)
    darker = loss * (reach[:, None] ** 2 + reach[None, :] ** 2) / 2
    return np.asarray(1 - darker, dtype=np.float32)


def exposed(light: Light, rng: np.random.Generator) -> Pixels:
    """What a camera makes of light: photons come at random, and the chip adds its own noise."""
    seen = np.maximum(light, 0)
    noise = rng.standard_normal(seen.shape, dtype=np.float32)
    seen = seen + noise * np.sqrt(GAIN * seen + READ_NOISE**2) + OFFSET
    return np.asarray(np.clip(seen, 0, _BRIGHTEST), dtype=np.uint16)


def halved(pixels: Pixels) -> Pixels:
    """The next smaller level: each pixel the mean of four."""
    quads = pixels.astype(np.uint32)
    quads = quads[..., ::2, :] + quads[..., 1::2, :]
    quads = quads[..., ::2] + quads[..., 1::2]
    return ((quads + 2) // 4).astype(np.uint16)


def thinned(labels: Pixels) -> Pixels:
    """The next smaller level of labels: one pixel of four, since numbers have no mean."""
    return np.ascontiguousarray(labels[..., ::2, ::2])
