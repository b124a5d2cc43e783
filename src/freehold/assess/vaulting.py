"""Vault and assessment joined: which components want a copy, with what their terms permit, and which have one.

A component has a copy of its own when the vault holds, undamaged in size, a file of its purl that installs and whose hash
the project names; where the project names none, a file of its purl. Getting and keeping files is ``vault``'s work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from packageurl import PackageURL

from freehold.catalog.derived import default_addresses
from freehold.catalog.purls import qualifier, type_of
from freehold.catalog.query import Catalog
from freehold.errors import InputError
from freehold.model.component import Component, ComponentKey, ComponentKind, Inventory, Origin
from freehold.model.records import Channel
from freehold.model.stack import Answer, Identified, Rights, Stack
from freehold.model.vault import Artifact, GapReport, Holds, Lacking, OwnCopy, Permission, Wanted
from freehold.vault.digests import GO_TREE, STRONG, WEAK
from freehold.vault.manifest import Vault, in_use, is_vault, open_vault
from freehold.vault.protocols import KINDS

_ONE_PLACE = frozenset({"pypi", "npm", "cargo", "golang"})
_HASHES = frozenset({*STRONG, *WEAK, GO_TREE})


def wanted(stack: Stack, workloads: Iterable[str] = ()) -> tuple[Wanted, ...]:
    """Return the components of which a copy is wanted, in order of purl: all that come on their own and are no service."""
    chosen = set(workloads)
    items = [item for item in stack.components if _comes_alone(item) and (not chosen or chosen & set(item.workloads))]
    return tuple(sorted((_wanted(item) for item in items), key=lambda one: one.purl))


def contained(stack: Stack) -> int:
    """Return how many components come inside another one."""
    return sum(item.component.contained_in is not None for item in stack.components)


def addresses(catalog: Catalog, configured: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the registries to ask by purl type: those that clients are configured with, else the type's default."""
    found = {kind: tuple(urls) for kind, urls in configured.items()}
    for kind in (*KINDS, "deb/debian", "deb/ubuntu"):
        if kind not in found:
            hosts = [host for c in catalog.all(Channel) if kind in c.default_for for host in c.hosts]
            found[kind] = default_addresses(kind, hosts)
    return found


def own_copies(vault: Vault, components: Iterable[Component]) -> dict[ComponentKey, OwnCopy]:
    """Return the copies that count, by component. Cost: one look at the size of each file."""
    held = _by_purl(vault)
    found: dict[ComponentKey, OwnCopy] = {}
    for component in components:
        found_here = [one for purl in component.purls for one in in_use(vault, held.get(_place(purl), ()))]
        named = any(_is_named(one, component.hashes) for one in found_here)
        counting = [one for one in found_here if named and (one.batch or _is_named(one, component.hashes))]
        holds = {kind for one in counting for kind in one.holds if kind is not Holds.INDEX}
        if holds:
            since = min(one.held_on for one in counting)
            found[component.key] = OwnCopy(tuple(sorted(holds)), str(vault.folder), since, len(counting))
    return found


def vault_of(folder: str) -> Vault | None:
    """Return the vault in ``folder``; None where there is none. Raises ``InputError`` for one that cannot be read."""
    return open_vault(Path(folder)) if folder and is_vault(Path(folder)) else None


def gaps(vault: Vault, stack: Stack, workloads: Iterable[str] = ()) -> GapReport:
    """Return what the stack has and the vault lacks, each with the reason."""
    needed = {one.purl: one for one in wanted(stack, workloads)}
    components = [item.component for item in stack.components if _name(item.component) in needed]
    copies = own_copies(vault, components)
    held = _by_purl(vault)
    lacking = [
        Lacking(
            _name(one), one.name, _why_not(vault, one, [a for purl in one.purls for a in held.get(_place(purl), ())])
        )
        for one in components
        if one.key not in copies
    ]
    return GapReport(str(vault.folder), len(copies), tuple(sorted(lacking)), contained(stack))


def planned(lines: Iterable[str], where: str) -> Inventory:
    """Return what a list of purls asks for as an inventory: one purl a line, ``#`` begins a comment.

    Raises ``InputError`` with the line.
    """
    found: dict[str, Component] = {}
    for number, line in enumerate(lines, 1):
        text = line.partition(" #")[0].strip()
        if not text or text.startswith("#"):
            continue
        try:
            purl = PackageURL.from_string(text)
        except ValueError as error:
            raise InputError(
                f"{text[:80]!r} is no purl", where=f"{where}:{number}", remedy="pkg:TYPE/NAME@VERSION"
            ) from error
        if not purl.version:
            raise InputError(f"{text[:80]!r} has no version", where=f"{where}:{number}", remedy="pkg:TYPE/NAME@VERSION")
        found[purl.to_string()] = Component(
            ComponentKey(purl.to_string()),
            purl.name,
            purl.version,
            purls=(purl.to_string(),),
            hashes=tuple(qualifier(text, "checksum").split(",")) if qualifier(text, "checksum") else (),
            registry=qualifier(text, "repository_url"),
            origins=(Origin(where, number),),
        )
    return Inventory(tuple(component for _, component in sorted(found.items())))


def _comes_alone(item: Identified) -> bool:
    component = item.component
    return not (
        component.is_root
        or item.service
        or component.contained_in is not None
        or component.kind in (ComponentKind.FILE, ComponentKind.SERVICE)
    )


def _wanted(item: Identified) -> Wanted:
    component = item.component
    purl = _name(component)
    url = next((r.url for r in component.references if r.kind == "distribution" and r.url.count("/") > 3), "")
    return Wanted(
        purl=purl,
        name=component.name,
        version=component.version,
        hashes=tuple(h for h in component.hashes if h.partition(":")[0] in _HASHES),
        registry=component.registry,
        url=qualifier(purl, "download_url") or url,
        licence=item.rights.expression,
        keep=_permission(item.rights, item.rights.copy, "keeping a copy"),
        pass_on=_permission(item.rights, item.rights.redistribute, "passing it on"),
    )


def _permission(rights: Rights, answer: Answer, what: str) -> Permission:
    if not rights.terms:
        return Permission("unknown", rights.reason or "its terms are not known")
    if answer == "unknown":
        return Permission("unknown", f"the record of {', '.join(rights.terms)} does not say whether {what} is allowed")
    return Permission(answer, f"{', '.join(rights.terms)} ({rights.grade.value})")


def _name(component: Component) -> str:
    return component.purls[0] if component.purls else component.key


def _by_purl(vault: Vault) -> dict[str, list[Artifact]]:
    found: dict[str, list[Artifact]] = defaultdict(list)
    for one in vault.entries().values():
        found[_place(one.purl)].append(one)
    return found


def _place(purl: str) -> str:
    """Return what purls of the same files share: where a registry is the only place, qualifiers tell of one file of several."""
    bare, mark, qualifiers = purl.partition("?")
    elsewhere = any(f"{name}_url=" in qualifiers for name in ("vcs", "download", "repository"))
    return bare if mark and type_of(purl) in _ONE_PLACE and not elsewhere else purl


def _is_named(one: Artifact, hashes: Sequence[str]) -> bool:
    """Tell whether a held file is one that the project names by hash; true where the project names none."""
    known = [name for name in hashes if name.partition(":")[0] in _HASHES]
    return not known or bool({f"sha256:{one.sha256}", *one.hashes} & set(known))


def _why_not(vault: Vault, component: Component, held: Sequence[Artifact]) -> str:
    """Say why nothing held counts for a component."""
    if not component.purls:
        return "it has no purl, so nothing says where a copy would come from"
    if not held:
        kind = type_of(component.purls[0])
        return "not pulled" if kind in KINDS else f"nothing here brings copies of {kind} components"
    named = [one for one in held if _is_named(one, component.hashes)]
    if not named:
        return "what is held has none of the hashes that the project names"
    if not in_use(vault, held):
        return "a file is missing or damaged, or not pulled yet: freehold vault verify, freehold vault pull"
    return "only what an index says about it is held"
