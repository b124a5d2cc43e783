"""What counts as the name of an AI model: hub identifiers, names of models offered behind an API, and what only looks so.

A list of families, not of models: new versions must be found without a change here. Which supplier stands behind a
name, and whether it is weights or a service for sale, is the catalog's matter.
"""

from __future__ import annotations

import re

_HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}$")
_BARE_ID = re.compile(
    r"^(?:bert|distilbert|roberta|xlm-roberta|gpt2|distilgpt2|t5|albert|xlnet|electra|camembert)(?:-[a-z0-9]+)*$"
)
"""Hub identifiers from before organisations: the only bare names that mean a hub and not a folder."""
_HOSTED = re.compile(
    r"^(?:gpt-\d[\w.-]*|chatgpt-[\w.-]+|o[1-9](?:-(?:mini|pro|preview|deep-research)[\w.-]*)?|dall-e-\d|whisper-1|tts-1(?:-hd)?"
    r"|sora-[\w.-]+|text-(?:embedding|moderation|davinci)-[\w.-]+|omni-moderation-[\w.-]+|codex-[\w.-]+|davinci-\d+"
    r"|claude-[\w.@:-]+|gemini-[\w.-]+|imagen-\d[\w.-]*|veo-\d[\w.-]*|ernie-[\w.-]+|qwen(?:-(?:max|plus|turbo|flash|long|vl|coder|omni|deep|image|mt)[\w.-]*)"
    r"|qwen\d[\w.]*-(?:max|plus|turbo|flash)[\w.-]*|qwq-plus[\w.-]*|wanx?\d[\w.]*-[\w.-]+|hunyuan-[\w.-]+|deepseek-(?:chat|reasoner|coder)"
    r"|doubao-[\w.-]+|moonshot-[\w.-]+|kimi-(?:latest|k\d[\w.-]*|thinking[\w.-]*)|glm-[\w.-]+|abab[\w.-]+|minimax-[\w.-]+|spark-[\w.-]+"
    r"|mistral-(?:large|medium|small|tiny|embed|ocr|saba|moderation)[\w.-]*|codestral-[\w.-]+|magistral-[\w.-]+|ministral-[\w.-]+"
    r"|command-(?:r|a|light|nightly)[\w.+-]*|embed-(?:english|multilingual|v4)[\w.-]*|rerank-[\w.-]+|grok-[\w.-]+"
    r"|(?:(?:us|eu|apac|global)\.)?(?:meta|mistral|cohere|ai21|deepseek|stability|writer)\.[a-z][\w.]*-[\w.:-]*\d[\w.:-]*|(?:us|eu|apac|global)\.(?:amazon|anthropic)\.[\w.:-]+"
    r"|kling-v?\d[\w.-]*|hailuo-[\w.-]+|seedance-[\w.-]+|seedream-[\w.-]+|cogview-\d[\w.-]*|cogvideox-\d[\w.-]*|step-\d[\w.-]*|gpt-image-\d[\w.-]*"
    r"|sonar(?:-(?:pro|reasoning|deep-research)[\w.-]*)?|nova-(?:pro|lite|micro|premier)[\w.:-]*|amazon\.[\w.:-]+|anthropic\.[\w.:-]+"
    r"|yandexgpt[\w./-]*|gigachat[\w.-]*|sarvam-[\w.-]+|solar-(?:pro|mini)[\w.-]*|luminous-[\w.-]+|palmyra-[\w.-]+|jamba-[\w.-]+)$",
    re.IGNORECASE,
)
_FOLDERS = re.compile(
    r"^(?:models?|weights?|checkpoints?|ckpts?|data|datasets?|outputs?|out|results|assets?|src|app|lib|pretrained(?:_models)?"
    r"|saved|saves|runs?|cache|te?mp|configs?|resources|static|public|tests?|path|to|your|my|user(?:name)?|org|organi[sz]ation"
    r"|examples?|local|files?|storage|content|home|mnt|opt|var|usr|api|v[12]|application|text|image|audio|video|n|ollama|ollama_chat|hosted_vllm"
    r"|azure|azure_ai|azure_text|bedrock|vertex_ai|gemini|anthropic|groq|together_ai|fireworks_ai|deepinfra|openrouter|perplexity|databricks"
    r"|snowflake|watsonx|sagemaker|replicate|cloudflare|litellm|litellm_proxy|auto_router|provider|llm)$",
    re.IGNORECASE,
)
"""First parts of folders, MIME types, placeholders, and names of local servers, routers and clouds."""
_FILE = re.compile(
    r"\.(?:pt|pth|bin|onnx|safetensors|gguf|ckpt|h5|pkl|json|ya?ml|toml|txt|py|js|ts|md|html?|csv|png|jpe?g|gz|zip)$",
    re.IGNORECASE,
)
_PROVIDER_PREFIX = re.compile(
    r"^(?:openai|anthropic|gemini|google|mistral|deepseek|dashscope|cohere|xai"
    r"|x-ai|moonshot|moonshotai|zhipu|z-ai|volcengine|qianfan|baidu|perplexity|minimax|qwen)[/:](?=[a-z0-9][^/A-Z]*$)"
)
"""How routers (LiteLLM, OpenRouter...) name a vendor before its model; hub identifiers that look alike have capitals."""


_ROUTED = re.compile(
    r"^(?:openrouter|bedrock|vertex_ai|groq|together_ai|fireworks_ai|deepinfra)/[\w.:@/-]{2,120}$|^azure(?:_ai)?/[\w.:-]{2,80}$"
)
"""Names that say through whom a model is reached: they keep that part, since it decides who can end the use."""
_OLLAMA = re.compile(
    r"^[a-z][a-z0-9._-]{1,50}:(?:latest|[\d.]{1,6}[bm](?:-[\w.-]{1,40})?|e\d+b|mini|small|medium|large|instruct|cloud)$"
)
_OF_VENDORS = re.compile(
    r"^(?:gpt-(?!oss)|chatgpt|o\d|dall-e|tts-|sora|text-|omni-|claude|gemini|imagen|veo|grok|sonar|anthropic\.|amazon\.|nova-|doubao|ernie-(?!4\.5)|moonshot|yandexgpt|gigachat)",
    re.IGNORECASE,
)


def is_ollama_name(text: str) -> bool:
    """Tell whether a text is a name with the size or tag that Ollama writes (``qwen2.5:7b``)."""
    return bool(_OLLAMA.match(text))


def is_vendors_alone(name: str) -> bool:
    """Tell whether a model's name stands for one that its vendor gives out as a service only."""
    return bool(_OF_VENDORS.match(name))


def is_hub_id(text: str) -> bool:
    """Tell whether a text is an identifier ``organisation/name`` of a model hub, and no path, MIME type or placeholder."""
    if not _HUB_ID.match(text) or _FILE.search(text) or ".." in text:
        return False
    return not _FOLDERS.match(text.partition("/")[0]) and not is_hosted_name(text)


def is_bare_id(text: str) -> bool:
    """Tell whether a text is a hub identifier without an organisation."""
    return bool(_BARE_ID.match(text))


def is_hosted_name(text: str) -> bool:
    """Tell whether a text is the name of a model behind an API, also with a provider's prefix (``openai/gpt-4o``)."""
    return bool((_ROUTED.match(text) and not _FILE.search(text)) or _HOSTED.match(hosted_name(text)))


def hosted_name(text: str) -> str:
    """Return the name without its vendor, which it tells already; a router's or a cloud's name before it stays."""
    return text if _ROUTED.match(text) else _PROVIDER_PREFIX.sub("", text, count=1)
