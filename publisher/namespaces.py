"""The vocabularies that the publisher speaks of, each named once."""

from __future__ import annotations

from publisher.release import PREFIXES

DIP = PREFIXES["dip"]
ONTOLOGY = DIP.rstrip("#")
PERMANENT = ONTOLOGY.removesuffix("ontology")
"""Where the ontology, the shapes and the topics have their permanent IRIs; this server answers for what is below it."""
SHAPES = PERMANENT + "shapes"
RDF = PREFIXES["rdf"]
RDFS = PREFIXES["rdfs"]
OWL = PREFIXES["owl"]
XSD = PREFIXES["xsd"]
SKOS = PREFIXES["skos"]
DCTERMS = PREFIXES["dcterms"]
DCAT = PREFIXES["dcat"]
VOID = PREFIXES["void"]
PROV = PREFIXES["prov"]
SCHEMA = PREFIXES["schema"]
OA = PREFIXES["oa"]
FOAF = PREFIXES["foaf"]
SH = PREFIXES["sh"]
SD = PREFIXES["sd"]
WIKIDATA = PREFIXES["wd"]
DBPEDIA = "http://dbpedia.org/resource/"
GEONAMES = "https://sws.geonames.org/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
FORMATS = "http://www.w3.org/ns/formats/"
LDES = "https://w3id.org/ldes#"
TREE = "https://w3id.org/tree#"
ACTIVITY = "https://www.w3.org/ns/activitystreams#"

_BY_LENGTH = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))


def compact(iri: str) -> str:
    """An IRI with a prefix where one is known, else the IRI.

    >>> compact("https://w3id.org/communique/ontology#Meeting")
    'dip:Meeting'
    """
    for prefix, start in _BY_LENGTH:
        local = iri.removeprefix(start)
        if local != iri and local and not set(local) & set("/#?"):
            return f"{prefix}:{local}"
    return iri


def expand(name: str, *, default: str = DIP) -> str:
    """An IRI from an IRI, a prefixed name, or a local name of the default vocabulary.

    >>> expand("rdfs:label"), expand("Meeting")
    ('http://www.w3.org/2000/01/rdf-schema#label', 'https://w3id.org/communique/ontology#Meeting')
    """
    prefix, colon, local = name.partition(":")
    if not colon:
        return default + name
    return PREFIXES[prefix] + local if prefix in PREFIXES and not local.startswith("//") else name


def local_name(iri: str) -> str:
    """The last part of an IRI, for where there is no label.

    >>> local_name("https://w3id.org/communique/ontology#atEvent")
    'atEvent'
    """
    return iri.rstrip("/#").rsplit("#", 1)[-1].rsplit("/", 1)[-1] or iri
