"""`bundle.deployment`: where the bundle runs."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from generator.domain.addresses import read_address, read_block, read_mimir
from generator.domain.deployment import (
    OURS,
    Address,
    Deployment,
    Egress,
    Ingress,
    Mimir,
    Namespaces,
    Overlay,
    OverlayName,
    RuleEngine,
    SecretProvider,
    Secrets,
    Storage,
)
from generator.domain.images import Image, Images
from generator.errors import ValueProblem
from generator.spec.entry import Entry
from generator.spec.problems import did_you_mean

Word = TypeVar("Word", OverlayName, RuleEngine, SecretProvider)
_DEFAULT = Deployment()
_STAND_IN = Image("none", "0")


def read_deployment(bundle: Entry, jobs: Iterable[str]) -> Deployment:
    """The deployment; `jobs` are those that are scraped, because only they can have an address."""
    entry = bundle.child("deployment")
    images, storage = _images(entry, _DEFAULT.images), _storage(entry.child("storage"), _DEFAULT.storage)
    mimir = entry.child("mimir")
    return Deployment(
        overlay=_one_of(OverlayName, entry, "overlay", _DEFAULT.overlay),
        cluster=_url(entry, "cluster", read_address, _DEFAULT.cluster),
        application_prefix=entry.text("application_prefix"),
        agent_replicas=entry.integer("agent_replicas", _DEFAULT.agent_replicas),
        rule_engine=_one_of(RuleEngine, entry, "rule_engine", _DEFAULT.rule_engine),
        namespaces=_namespaces(entry.child("namespaces")),
        mimir=Mimir(
            _url(mimir, "url", read_mimir, _DEFAULT.mimir.url), mimir.scalar("tenant") or _DEFAULT.mimir.tenant
        ),
        kafka_brokers=entry.strings("kafka_brokers") or _DEFAULT.kafka_brokers,
        nats_servers=_nats_servers(entry) or _DEFAULT.nats_servers,
        targets=_targets(entry.child("targets"), set(jobs)),
        secrets=_secrets(entry.child("secrets")),
        ingress=_ingress(entry.child("ingress")) if entry.has("ingress") else None,
        egress=[_egress(one) for one in entry.children("egress")],
        storage=storage,
        images=images,
        overlays=_overlays(entry.child("overlays"), storage, images),
    )


def _one_of(kind: type[Word], entry: Entry, key: str, default: Word) -> Word:
    """The schema has refused every other word already."""
    text = entry.text(key)
    return kind(text) if text in set(kind) else default


def _namespaces(entry: Entry) -> Namespaces:
    return Namespaces(**{key: entry.text(key) for key in Namespaces.roles() if entry.has(key)})


def _url(entry: Entry, key: str, read: Callable[[str], str], default: str) -> str:
    return entry.converted(key, read, default) if entry.has(key) else default


def _nats_servers(entry: Entry) -> tuple[str, ...]:
    servers = entry.strings("nats_servers")
    for number, url in enumerate(servers):
        try:
            read_address(url)
        except ValueProblem as problem:
            entry.notes.add((*entry.path, "nats_servers", number), problem.what, problem.remedy)
    return servers


def _egress(entry: Entry) -> Egress:
    ports = entry.raw("ports")
    return Egress(
        tuple(port for port in ports if isinstance(port, int)) if isinstance(ports, list) else (),
        entry.converted("cidr", read_block, "") if entry.has("cidr") else "",
    )


def _targets(entry: Entry, jobs: set[str]) -> Mapping[str, Address]:
    for job in entry.keys:
        if job in OURS:
            what = f"{job!r} is scraped where the bundle deploys it"
            entry.problem(job, what, "leave it out; bundle.deployment.namespaces says where it runs")
            continue
        if job not in jobs:
            entry.problem(job, f"no metric or alert reads a job {job!r}", did_you_mean(job, jobs))
    return {job: _address(entry.child(job)) for job in entry.keys}


def _address(entry: Entry) -> Address:
    return Address(entry.text("host"), entry.integer("port", 0), entry.flag("replicated", default=False))


def _secrets(entry: Entry) -> Secrets:
    default = _DEFAULT.secrets
    return Secrets(
        provider=_one_of(SecretProvider, entry, "provider", default.provider),
        store=entry.text("store", default.store),
        store_kind=entry.text("store_kind", default.store_kind),
        path=entry.text("path", default.path).strip("/"),
        agent=entry.text("agent", default.agent),
        alertmanager=entry.text("alertmanager", default.alertmanager),
    )


def _ingress(entry: Entry) -> Ingress:
    default = Ingress("")
    return Ingress(
        host=entry.text("host"),
        class_name=entry.text("class"),
        tls_secret=entry.text("tls_secret", default.tls_secret),
        namespace=entry.text("namespace", default.namespace),
    )


def _storage(entry: Entry, default: Storage) -> Storage:
    return Storage(
        storage_class=entry.text("class", default.storage_class),
        projects=entry.text("projects", default.projects),
        backups=entry.text("backups", default.backups),
        silences=entry.text("silences", default.silences),
    )


def _images(entry: Entry, default: Images) -> Images:
    given = entry.child("images")
    known = [key for key in Images.uses() if given.has(key)]
    return default.with_changes({key: given.converted(key, Image.parse, _STAND_IN) for key in known})


def _overlays(entry: Entry, storage: Storage, images: Images) -> Mapping[OverlayName, Overlay]:
    """What an overlay leaves out is as in the base."""
    found = {}
    for name in OverlayName:
        part, default = entry.child(name), _DEFAULT.overlays[name]
        base = storage if name is OverlayName.PROD or entry.has(name) else default.storage
        found[name] = Overlay(
            part.integer("alertmanager_replicas", default.alertmanager_replicas),
            _storage(part.child("storage"), base),
            _images(part, images),
        )
    return found
