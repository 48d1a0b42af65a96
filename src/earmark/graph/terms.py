"""The terms that triples are made of, as RDF nodes.

They are named when this module is imported, so that a misspelt one raises at once.
"""

from pyoxigraph import Literal, NamedNode

from earmark.vocab import DCAT, DCTERMS, EAR, PROV, QUDT, RDF, RDFS, SKOS, SOSA, XSD

from .numbers import measured, scored

A = NamedNode(RDF.type)
LABEL = NamedNode(RDFS.label)
COMMENT = NamedNode(RDFS.comment)
IDENTIFIER = NamedNode(DCTERMS.identifier)
RIGHTS = NamedNode(DCTERMS.rights)
SOURCE = NamedNode(DCTERMS.source)

CONCEPT = NamedNode(SKOS.Concept)
CONCEPT_SCHEME = NamedNode(SKOS.ConceptScheme)
DEFINITION = NamedNode(SKOS.definition)
BROADER = NamedNode(SKOS.broader)
IN_SCHEME = NamedNode(SKOS.inScheme)
NOTATION = NamedNode(SKOS.notation)
PREF_LABEL = NamedNode(SKOS.prefLabel)
HIGH_MEANS = NamedNode(EAR.highMeans)
LOW_MEANS = NamedNode(EAR.lowMeans)
UNIT = NamedNode(QUDT.hasUnit)

RECORDING = NamedNode(EAR.Recording)
DURATION_SECONDS = NamedNode(EAR.durationSeconds)
PATH = NamedNode(EAR.path)
FAILURE = NamedNode(EAR.Failure)
FAILURE_CODE = NamedNode(EAR.failureCode)
SEGMENT = NamedNode(EAR.Segment)
SEGMENT_OF = NamedNode(EAR.segmentOf)
START_SECONDS = NamedNode(EAR.startSeconds)
END_SECONDS = NamedNode(EAR.endSeconds)
OPEN_ENDED = NamedNode(EAR.openEnded)

FEATURE_OBSERVATION = NamedNode(EAR.FeatureObservation)
OBSERVABLE_PROPERTY = NamedNode(SOSA.ObservableProperty)
FEATURE_OF_INTEREST = NamedNode(SOSA.hasFeatureOfInterest)
OBSERVED_PROPERTY = NamedNode(SOSA.observedProperty)
SIMPLE_RESULT = NamedNode(SOSA.hasSimpleResult)
USED_PROCEDURE = NamedNode(SOSA.usedProcedure)
MISSING_BECAUSE = NamedNode(EAR.missingBecause)

BECAUSE = NamedNode(EAR.because)
TAG_ASSERTION = NamedNode(EAR.TagAssertion)
ABOUT = NamedNode(EAR.about)
TAG = NamedNode(EAR.tag)
HAS_TAG = NamedNode(EAR.hasTag)
CURRENT_RUN = NamedNode(EAR.currentRun)
LOG_ODDS = NamedNode(EAR.logOdds)
PROBABILITY = NamedNode(EAR.probability)
LOW = NamedNode(EAR.low)
HIGH = NamedNode(EAR.high)
THRESHOLD = NamedNode(EAR.threshold)
DECISION = NamedNode(EAR.decision)
CHAIN = NamedNode(EAR.chain)
REBUILT_BY = NamedNode(EAR.rebuiltBy)
CONTRIBUTION = NamedNode(EAR.Contribution)
BASE_RATE = NamedNode(EAR.BaseRate)
CONTRIBUTES = NamedNode(EAR.contribution)
EVIDENCE = NamedNode(EAR.Evidence)
REMAINDER = NamedNode(EAR.Remainder)
SHARE = NamedNode(EAR.share)
PERCENTILE = NamedNode(EAR.percentile)
IMPUTED = NamedNode(EAR.imputed)

FUNCTION = NamedNode(EAR.function)

MODEL = NamedNode(EAR.Model)
OF_MODEL = NamedNode(EAR.model)
FEATURE_CLUSTER = NamedNode(EAR.FeatureCluster)
CLUSTER = NamedNode(EAR.cluster)
MEMBER = NamedNode(EAR.member)
OFFERS = NamedNode(EAR.offers)
CLUSTER_WEIGHT = NamedNode(EAR.ClusterWeight)
WEIGHT = NamedNode(EAR.weight)
PERCENTILE_SCALE = NamedNode(EAR.PercentileScale)
PERCENTILES = NamedNode(EAR.percentiles)
TRAINED_ON = NamedNode(EAR.trainedOn)
DIGEST = NamedNode(EAR.digest)
MULTICLASS = NamedNode(EAR.multiclass)

RUN = NamedNode(EAR.Run)
OF_RUN = NamedNode(EAR.run)
CODE_VERSION = NamedNode(EAR.codeVersion)
FEATURES_VERSION = NamedNode(EAR.featuresVersion)
ONTOLOGY_VERSION = NamedNode(EAR.ontologyVersion)
ACTIVITY = NamedNode(PROV.Activity)
SOFTWARE_AGENT = NamedNode(PROV.SoftwareAgent)
ASSOCIATED_WITH = NamedNode(PROV.wasAssociatedWith)
STARTED_AT = NamedNode(PROV.startedAtTime)
ENDED_AT = NamedNode(PROV.endedAtTime)
GENERATED_AT = NamedNode(PROV.generatedAtTime)
INPUT_COUNT = NamedNode(EAR.inputCount)
INPUT_DIGEST = NamedNode(EAR.inputDigest)

DATASET = NamedNode(DCAT.Dataset)
STATEMENT = NamedNode(EAR.Statement)
ROW = NamedNode(EAR.Row)
COLUMN = NamedNode(EAR.Column)
INDEX = NamedNode(EAR.index)
SPLIT = NamedNode(EAR.split)
ARTIST = NamedNode(EAR.artist)

_BOOLEAN = NamedNode(XSD.boolean)
_DATE_TIME = NamedNode(XSD.dateTime)
_DECIMAL = NamedNode(XSD.decimal)
_INTEGER = NamedNode(XSD.integer)


def score(value: float) -> Literal:
    """A score or a time, to six places."""
    return Literal(scored(value), datatype=_DECIMAL)


def measurement(value: float) -> Literal:
    """A measured value, to nine significant digits."""
    return Literal(measured(value), datatype=_DECIMAL)


def whole(value: int) -> Literal:
    """A whole number."""
    return Literal(str(value), datatype=_INTEGER)


def truth(value: bool) -> Literal:
    """Yes or no."""
    return Literal("true" if value else "false", datatype=_BOOLEAN)


def moment(iso: str) -> Literal:
    """A point in time, written as ISO 8601 has it."""
    return Literal(iso, datatype=_DATE_TIME)


def words(text: str) -> Literal:
    """Words in English."""
    return Literal(text, language="en")
