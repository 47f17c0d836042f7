"""The columns of Avails workbooks: one name each, whatever a version or a licensor calls it.

The order is that of the TV template 1.9; a film's own columns stand beside what they resemble.
Source: https://movielabs.com/md/avails/ (templates 1.6e2, 1.7.2, 1.7.3, 1.8 and 1.9).
"""

from __future__ import annotations

import re
from functools import lru_cache

VERSIONS = ("1.7.3", "1.8", "1.9")
"""What a workbook can be written as."""

ORDERED = {
    "Avail": ("DisplayName", "Licensee"),
    "AvailTrans": ("AssetLanguage", "Territory", "TerritoryExclusion"),
    "AvailAsset": ("WorkType",),
    "Disposition": ("EntryType",),
    "AvailMetadata": (
        "SeriesTitleInternalAlias", "SeriesTitleDisplayUnlimited", "TitleInternalAlias",
        "TitleDisplayUnlimited", "SeasonNumber", "VolumeTitleInternalAlias",
        "VolumeTitleDisplayUnlimited", "VolumeNumber", "DistributionNumber",
        "VolumeDistributionNumber", "EpisodeNumber", "LocalizationType",
        "EpisodeTitleInternalAlias", "EpisodeTitleDisplayUnlimited", "SeasonTitleInternalAlias",
        "SeasonTitleDisplayUnlimited", "EpisodeCount", "SeasonCount", "SeriesID", "SeasonID",
        "VolumeID", "EpisodeTitleID", "EpisodeID", "SeriesAltID", "SeasonAltID", "VolumeAltID",
        "EpisodeAltID",
    ),
    "AvailAsset 2": ("TitleID", "EditID", "AltID"),
    "Avail 2": ("ALID", "AssociatedALID"),
    "AvailMetadata 2": ("CompanyDisplayCredit", "GroupIdentity", "Director"),
    "AvailTrans 2": (
        "LicenseType", "LicenseRightsDescription", "FormatProfile", "HDR", "WCG", "HFR", "NGAudio",
        "Start", "StartLag", "End", "EndLag", "WindowDuration", "SpecialPreOrderFulfillDate",
        "PriceType", "PriceValue", "PriceCurrency", "SRP", "TPRType", "CampaignID", "Description",
        "Download", "OtherTerms", "OtherInstructions",
    ),
    "AvailAsset 3": ("SeriesContentID", "SeasonContentID", "VolumeContentID", "EpisodeContentID",
                     "ContentID", "ProductID", "EncodeID"),
    "Avail 3": ("AvailID", "UV_ID", "DMA_ID", "ReportingID"),
    "AvailAsset 4": ("Metadata",),
    "AvailTrans 3": ("SuppressionLiftDate", "AnnounceDate"),
    "AvailMetadata 3": ("ReleaseYear", "ReleaseHistoryOriginal", "ReleaseHistoryPhysicalHV"),
    "Avail 4": ("ExceptionFlag",),
    "AvailMetadata 4": ("RatingSystem", "RatingValue", "RatingReason"),
    "AvailTrans 4": ("RentalDuration", "WatchDuration", "FixedEndDate"),
    "AvailMetadata 5": ("CaptionIncluded", "CaptionExemption", "Any"),
    "AvailTerms": ("ContractID",),
    "AvailTrans 5": ("TitleStatus", "Exclusive", "ExclusiveAttributes", "BrandingRights",
                     "BrandingRightsAttributes"),
    "Avail 5": ("ServiceProvider",),
    "AvailMetadata 6": ("TotalRunTime",),
    "AvailTrans 6": ("HoldbackLanguage", "AllowedLanguages", "RequiredFulfillmentLanguages"),
    "Avail 6": ("BundledALIDs",),
    "AvailMetadata 7": ("RetailerID1", "RetailerID2", "RetailerID3", "RetailerEpisodeID1",
                        "RetailerEpisodeID2", "RetailerVolumeID", "RetailerSeasonID",
                        "RetailerSeriesID"),
    "Avail 7": ("RetailerSpare1", "RetailerSpare2", "RetailerSpare3"),
    "AvailAsset 5": ("PackageLabel",),
}  # fmt: skip

GROUPS = {name: group.split()[0] for group, names in ORDERED.items() for name in names}
"""Column to its group, the word in the first row; in the order of the template."""

SINCE = {
    **dict.fromkeys(("VolumeTitleInternalAlias", "VolumeTitleDisplayUnlimited", "VolumeNumber",
                     "VolumeID", "VolumeAltID", "VolumeContentID", "RetailerVolumeID",
                     "PackageLabel"), "1.8"),
    **dict.fromkeys(("VolumeDistributionNumber", "TPRType", "CampaignID", "AssociatedALID"), "1.9"),
}  # fmt: skip
"""Columns that came later than 1.7.3, with their version."""

OLD = frozenset({"ProductID", "EncodeID"})
"""Columns of 1.6 that no later version has."""

FILM = ("TitleInternalAlias", "TitleDisplayUnlimited", "TitleID", "EditID", "AltID", "ContentID",
        "RetailerID1", "RetailerID2", "RetailerID3")  # fmt: skip

ALIASES = {
    "ExceptionsFlag": "ExceptionFlag",
    "StoreLanguage": "AssetLanguage",
    "HoldbackExclusionLanguage": "AllowedLanguages",
    "AllowedLanguage": "AllowedLanguages",
    "VolumeDistributinoNumber": "VolumeDistributionNumber",
    "EpisodeProductID": "ProductID",
    "TerritoryExcluded": "TerritoryExclusion",
    "Licence Type": "LicenseType",
    "LicenceType": "LicenseType",
    "PreOrderFulfillDate": "SpecialPreOrderFulfillDate",
    "UVID": "UV_ID",
    "DMAID": "DMA_ID",
}
"""Older names, other spellings, and the misprints of the templates themselves."""

NEEDED = ("Territory", "LicenseType", "Start", "End", "WorkType", "EntryType")
"""Without these columns no row of a sheet can be understood."""

NARROWING = frozenset({
    "Licensee", "TerritoryExclusion", "HoldbackLanguage", "AllowedLanguages", "Exclusive",
    "TitleStatus", "StartLag", "EndLag", "WindowDuration", "EpisodeNumber",
})  # fmt: skip
"""Columns without which a licence would read as a wider one."""

MARKS = frozenset({"Territory", "LicenseType", "Start", "End", "EntryType", "FormatProfile"})
"""A row that names two of these is a row of column names."""


@lru_cache(maxsize=2048)
def canonical(name: str) -> str | None:
    """Return the column that a heading means; None where nobody knows it."""
    return _BY_KEY.get(_key(name))


def template(version: str) -> list[str]:
    """Return the columns of a version in order, those of films included."""
    return [
        name for name in GROUPS
        if name not in OLD and VERSIONS.index(SINCE.get(name, "1.7.3")) <= VERSIONS.index(version)
    ]  # fmt: skip


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


_BY_KEY = {_key(name): name for name in GROUPS} | {
    _key(alias): name for alias, name in ALIASES.items()
}
