"""The schemas of MovieLabs, for documents of ours; MEC's, which they ask for, only in outline."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from syndicator.catalog.mddf.paths import METADATA

from .conftest import DATA

SCHEMAS = DATA / "avails_xsd"
MEC = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
 xmlns:md="http://www.movielabs.com/schema/md/v{0}/md"
 targetNamespace="http://www.movielabs.com/schema/mdmec/v{0}">
<xs:import namespace="http://www.movielabs.com/schema/md/v{0}/md" schemaLocation="md-v{1}.xsd"/>
<xs:complexType name="Publisher-type"><xs:complexContent>
<xs:extension base="md:OrgName-type"/></xs:complexContent></xs:complexType>
<xs:complexType name="CoreMetadata-type"><xs:sequence>
<xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:schema>"""


@cache
def schema(version: str) -> Any:
    """Return the schema of avails of a version."""
    from lxml import etree

    class Beside(etree.Resolver):
        def resolve(self, url: str, _id: str, context: Any) -> Any:
            name = url.rpartition("/")[2]
            if name.startswith("mdmec") and not (SCHEMAS / name).exists():
                full = re.sub(r"mdmec-v|\.xsd", "", name)
                short = ".".join(full.split(".")[:2])
                text = MEC.format(short, full)
                return self.resolve_string(text, context, base_url=str(SCHEMAS / name))
            return self.resolve_filename(str(SCHEMAS / name), context)

    parser = etree.XMLParser()
    parser.resolvers.add(Beside())
    return etree.XMLSchema(etree.parse(str(SCHEMAS / f"avails-v{version}.xsd"), parser))


def faults(text: bytes) -> list[str]:
    """Return what the schema of a document's own version says against it."""
    from lxml import etree

    document = etree.fromstring(text)
    match = re.search(r"avails/v(2\.\d+)/", document.tag)
    assert match is not None
    assert match[1] in METADATA
    found = schema(match[1])
    found.validate(document)
    return [str(each.message) for each in found.error_log]
