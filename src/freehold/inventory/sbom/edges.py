"""Turning a document's links into edges between components, and hanging what nothing reaches on the root.

A link whose end is not in the document is dropped with a note, never an error. Cycles stay: they are legal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from freehold.inventory.notes import Notes
from freehold.inventory.sbom.entries import Draft, Link
from freehold.inventory.sbom.joining import strongest
from freehold.inventory.sbom.purls import read_purls
from freehold.model.component import Component, ComponentKey, Role

Edges = dict[tuple[ComponentKey, ComponentKey], Role | None]
"""(parent, child) -> the role the document states, None if it states none."""


def keys_by_ref(draft: Draft, keys: Sequence[ComponentKey]) -> dict[str, ComponentKey]:
    """Map the document's own names to keys; a name used twice for two things keeps its first meaning, with a note."""
    found: dict[str, ComponentKey] = {}
    for entry, key in zip(draft.entries, keys, strict=True):
        if entry.ref and found.setdefault(entry.ref, key) != key:
            reason = f"{entry.ref[:200]!r} names two things; links to it mean the first"
            draft.notes.add("duplicate references", reason, entry.origin)
    return found


def resolve_links(draft: Draft, refs: Mapping[str, ComponentKey], known: Mapping[ComponentKey, Component]) -> Edges:
    """Return the edges the links stand for; the strongest role wins where two links join the same components."""
    edges: Edges = {}
    for link in draft.links:
        parent = refs.get(link.parent) or _key_of_purl(link.parent, known)
        child = refs.get(link.child) or _key_of_purl(link.child, known)
        if parent is None or child is None:
            _note_dangling(draft, link, link.parent if parent is None else link.child)
        elif parent != child:
            edge = (parent, child)
            edges[edge] = _stronger(edges[edge], link.role) if edge in edges else link.role
    return edges


def _stronger(one: Role | None, other: Role | None) -> Role | None:
    """Return the stronger of two stated roles, None if either is not stated."""
    return None if one is None or other is None else strongest((one, other))


def _key_of_purl(ref: str, known: Mapping[ComponentKey, Component]) -> ComponentKey | None:
    """Return the component whose purl a link writes instead of the document's own name for it."""
    if not ref.startswith("pkg:"):
        return None
    purl = ComponentKey(read_purls((ref,), "").identity)
    return purl if purl in known else None


def _note_dangling(draft: Draft, link: Link, missing: str) -> None:
    """Note a link that leads nowhere, unless it leads to a file entry that was left out on purpose."""
    if missing not in draft.omitted:
        shown = f"{link.parent[:100]!r} -> {link.child[:100]!r}"
        draft.notes.add("links that lead nowhere", f"link {shown}: {missing[:100]!r} is not in this document")


def hang_unreached(edges: Edges, roots: Sequence[ComponentKey], holders: Mapping[ComponentKey, ComponentKey]) -> int:
    """Add an edge to every component that no root reaches, from its holder or, failing that, from the first root.

    ``holders`` maps every component but the roots, in document order, to what it is nested in or else a root. Those
    that nothing needs are hung first, so that a chain hangs by its head only; then one of each cycle that is still
    loose. Linear in edges. Returns how many were hung.
    """
    children: dict[ComponentKey, list[ComponentKey]] = {}
    for parent, child in edges:
        children.setdefault(parent, []).append(child)
    needed = {child for _, child in edges}
    reached: set[ComponentKey] = set()
    for root in roots:
        _reach(root, children, reached)
    hung: set[ComponentKey] = set()
    to_root = dict.fromkeys(holders, roots[0])
    for targets, places in (
        ([key for key in holders if key not in needed], holders),
        (holders, holders),
        (holders, to_root),
    ):
        for key in targets:
            if key not in reached:
                edges.setdefault((places[key], key), None)
                children.setdefault(places[key], []).append(key)
                hung.add(key)
                if places[key] in reached:
                    _reach(key, children, reached)
    return len(hung)


def _reach(
    start: ComponentKey, children: Mapping[ComponentKey, list[ComponentKey]], reached: set[ComponentKey]
) -> None:
    """Add everything that ``start`` leads to."""
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting.extend(children.get(key, ()))


def settle_roles(
    edges: Edges, components: Mapping[ComponentKey, Component]
) -> dict[tuple[ComponentKey, ComponentKey], Role]:
    """Give every edge a role: the stated one, else the child's - but inside a build or development tool, runtime.

    What a test runner needs, it needs when it runs; only the edge that leads to the runner is a development edge.
    """
    return {
        (parent, child): role or (components[child].role if components[parent].role is Role.RUNTIME else Role.RUNTIME)
        for (parent, child), role in edges.items()
    }


def roles_from_edges(edges: Edges) -> dict[ComponentKey, Role]:
    """Return the role of every component all of whose incoming edges state one: the strongest of them."""
    incoming: dict[ComponentKey, list[Role | None]] = {}
    for (_, child), role in edges.items():
        incoming.setdefault(child, []).append(role)
    return {key: strongest(r for r in roles if r) for key, roles in incoming.items() if None not in roles}


def note_hanging(notes: Notes, hung: int, has_dependency_links: bool) -> None:
    """Tell how many components hang on the root for want of dependency data."""
    if hung and has_dependency_links:
        notes.once(f"{hung} components are named by no dependency: they hang on the root or on what contains them")
    elif hung:
        remedy = "write the SBOM with a tool that records dependencies, or give the lockfile as well"
        notes.once(f"no dependency data: {hung} components hang on the root", remedy)
