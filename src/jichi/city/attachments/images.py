"""Pictures: drawn anew from their points, so that nothing else that was in the file comes along."""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, ImageOps, ImageSequence

from .kinds import DAMAGED, PICTURE_TOO_LARGE, refused

MOST_POINTS = 60_000_000
"""Width times height, over all frames: what today's telephones take, and 180 MB while it is drawn."""

MOST_FRAMES = 200
_FORMATS = {"jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
_SAVED: dict[str, dict[str, Any]] = {
    "jpeg": {"quality": 88, "optimize": True},
    "png": {},
    "gif": {},
    "webp": {"quality": 88, "method": 2},
}


def drawn_anew(content: bytes, kind: str) -> bytes:
    """The same picture, turned the right way up, without EXIF, place, comments, profile or hidden data.

    Raises:
        Invalid: for a picture that cannot be read, or with more points or frames than can be drawn.
    """
    with warnings.catch_warnings():
        # What Pillow finds odd in a file is the file's matter; what it cannot read is refused below.
        warnings.simplefilter("ignore")
        try:
            return _drawn(content, kind)
        except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError) as error:
            raise refused(DAMAGED) from error
        except (Image.DecompressionBombError, MemoryError, OverflowError) as error:
            raise refused(PICTURE_TOO_LARGE) from error


def _drawn(content: bytes, kind: str) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as image:
        width, height = image.size
        frames = getattr(image, "n_frames", 1) if kind != "jpeg" else 1
        if frames > MOST_FRAMES or width * height * frames > MOST_POINTS:
            raise refused(PICTURE_TOO_LARGE)
        if frames == 1:
            _bare(ImageOps.exif_transpose(image), kind).save(out, _FORMATS[kind], **_SAVED[kind])
            return out.getvalue()
        durations = []
        pictures = []
        for frame in ImageSequence.Iterator(image):
            durations.append(int(frame.info.get("duration", 100)))
            pictures.append(_bare(frame, kind))
        pictures[0].save(
            out,
            _FORMATS[kind],
            save_all=True,
            append_images=pictures[1:],
            duration=durations,
            loop=0,
            **_SAVED[kind],
        )
    return out.getvalue()


def _bare(image: Image.Image, kind: str) -> Image.Image:
    """The points alone, in a picture that carries nothing else."""
    clear = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info
    mode = "RGBA" if clear and kind != "jpeg" else "L" if image.mode in {"1", "L"} else "RGB"
    drawn = image.convert(mode)
    bare = Image.new(mode, drawn.size)
    bare.paste(drawn)
    return bare
