"""Which element of an avails document is which column.

Source: the mapping of MovieLabs' own converter (github.com/MovieLabs/mddf) and the schemas
avails 2.3 to 2.7, which each only add to the one before.
"""

from __future__ import annotations

import re

NAMESPACE = re.compile(r"http://www\.movielabs\.com/schema/avails/v(2\.\d+)(?:\.\d+)?/avails")
METADATA = {"2.3": "2.6", "2.4": "2.7", "2.5": "2.8", "2.6": "2.10", "2.7": "2.12"}
"""Version of the avails schema to that of the common metadata it builds on."""

AVAIL = {
    "ALID": "ALID",
    "EntryType": "Disposition/EntryType",
    "DisplayName": "Licensor/DisplayName",
    "ServiceProvider": "ServiceProvider/DisplayName",
}
WORK = {
    "WorkType": "WorkType",
    "BundledALIDs": "BundledAsset/BundledALID",
}
UNIT = {
    "TitleDisplayUnlimited": "TitleDisplayUnlimited",
    "TitleInternalAlias": "TitleInternalAlias",
    "EditID": "EditEIDR-URN",
    "TitleID": "TitleEIDR-URN",
    "ReleaseYear": "ReleaseDate",
    "TotalRunTime": "RunLength",
    "CaptionExemption": "USACaptionsExemptionReason",
    "LocalizationType": "LocalizationOffering",
    "RatingSystem": "Ratings/Rating/System",
    "RatingValue": "Ratings/Rating/Value",
    "CompanyDisplayCredit": "CompanyDisplayCredit/DisplayString",
    "GroupIdentity": "GroupingEntity/DisplayName",
}
"""Of Metadata and EpisodeMetadata."""

EPISODE = {
    "TitleDisplayUnlimited": "EpisodeTitleDisplayUnlimited",
    "TitleInternalAlias": "EpisodeTitleInternalAlias",
    "EditID": "EpisodeID",
    "TitleID": "EpisodeTitleID",
    "AltID": "EpisodeAltID",
}
"""What a column of films is called where the asset is an episode."""

SEASON = {
    "SeasonContentID": "SeasonContentID",
    "SeasonID": "SeasonEIDR-URN",
    "SeasonTitleDisplayUnlimited": "SeasonTitleDisplayUnlimited",
    "SeasonTitleInternalAlias": "SeasonTitleInternalAlias",
    "SeasonNumber": "SeasonNumber/Number",
    "EpisodeCount": "NumberOfEpisodes",
}
SERIES = {
    "SeriesContentID": "SeriesContentID",
    "SeriesID": "SeriesEIDR-URN",
    "SeriesTitleDisplayUnlimited": "SeriesTitleDisplayUnlimited",
    "SeriesTitleInternalAlias": "SeriesTitleInternalAlias",
    "SeasonCount": "NumberOfSeasons",
    "CompanyDisplayCredit": "CompanyDisplayCredit/DisplayString",
}
VOLUME = {
    "VolumeContentID": "VolumeContentID",
    "VolumeID": "VolumeEIDR-URN",
    "VolumeTitleDisplayUnlimited": "VolumeTitleDisplayUnlimited",
    "VolumeTitleInternalAlias": "VolumeTitleInternalAlias",
    "VolumeNumber": "VolumeNumber/Number",
}
TRANSACTION = {
    "Licensee": "Licensee/DisplayName",
    "LicenseType": "LicenseType",
    "Description": "Description",
    "WindowDuration": "WindowDuration",
    "LicenseRightsDescription": "LicenseRightsDescription",
    "FormatProfile": "FormatProfile",
    "ContractID": "ContractID",
    "ReportingID": "ReportingID",
    "OtherInstructions": "OtherInstructions",
}
LANGUAGES = {
    "AllowedLanguages": "AllowedLanguage",
    "AssetLanguage": "AssetLanguage",
    "HoldbackLanguage": "HoldbackLanguage",
}
TERMS = {
    "AnnounceDate": "Event",
    "SpecialPreOrderFulfillDate": "Event",
    "SuppressionLiftDate": "Event",
    "FixedEndDate": "Event",
    "RentalDuration": "Duration",
    "WatchDuration": "Duration",
    "Download": "Text",
    "Exclusive": "Boolean",
    "ExclusiveAttributes": "Text",
    "BrandingRights": "Boolean",
    "BrandingRightsAttributes": "Text",
    "TitleStatus": "Text",
    "TPRType": "Text",
    "CampaignID": "ID",
    "SRP": "Money",
}
"""Column to the kind of its term; the term has the column's name, but for one."""

TERM_NAMES = {"SpecialPreOrderFulfillDate": "PreOrderFulfillDate"}
PRICES = ("Tier", "WSP", "EpisodeWSP", "SeasonWSP", "DMRP", "SMRP", "LicenseFee", "Category", "NA")
"""Terms that are prices; each may have the prefix `TPR-`."""

MONEY = frozenset({"WSP", "EpisodeWSP", "SeasonWSP", "DMRP", "SMRP", "SRP"})
AVAIL_TYPES = {
    "Movie": "single", "Short": "single", "Episode": "episode", "Season": "season",
    "Series": "series", "Volume": "volume", "Collection": "collection",
    "Supplemental": "supplement", "Promotion": "promotion",
}  # fmt: skip
ASSETS = {"subtitle": "sub", "audio": "dub", "subdub": "subdub"}
"""What a language is restricted to, in XML and in a workbook's suffix."""
