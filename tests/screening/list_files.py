"""A small good file of every list format. Every name, number and place in them is invented."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import IO, Any

UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-05-04T00:00:02.767Z">
<INDIVIDUALS>
<INDIVIDUAL>
  <DATAID>900001</DATAID>
  <FIRST_NAME>QUILLON</FIRST_NAME><SECOND_NAME>ABERNATTO</SECOND_NAME><THIRD_NAME/>
  <UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER>
  <LISTED_ON>2014-01-03</LISTED_ON>
  <LAST_DAY_UPDATED><VALUE>2016-10-13</VALUE><VALUE>2020-02-29</VALUE></LAST_DAY_UPDATED>
  <NAME_ORIGINAL_SCRIPT>كويلون أبرناتو</NAME_ORIGINAL_SCRIPT>
  <NATIONALITY><VALUE>Viet Nam</VALUE></NATIONALITY>
  <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Kwilon Aber; Kwilon Natto</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Quill</ALIAS_NAME></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
  <INDIVIDUAL_ADDRESS><COUNTRY>Peru</COUNTRY></INDIVIDUAL_ADDRESS>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1959-09-24</DATE></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1961</FROM_YEAR><TO_YEAR>1963</TO_YEAR>
  </INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1970</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
  <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Numéro de passeport</TYPE_OF_DOCUMENT><NUMBER>X 0017</NUMBER>
  <ISSUING_COUNTRY>Peru</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
  <INDIVIDUAL_DOCUMENT/>
</INDIVIDUAL>
</INDIVIDUALS>
<ENTITIES>
<ENTITY>
  <DATAID>900002</DATAID><FIRST_NAME>ZEFERRETI TRADING HOUSE</FIRST_NAME>
  <REFERENCE_NUMBER>XXe.002</REFERENCE_NUMBER>
  <ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Old Zeferreti</ALIAS_NAME></ENTITY_ALIAS>
</ENTITY>
</ENTITIES>
</CONSOLIDATED_LIST>
"""

EU_XML = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-05-04T15:29:22.497+02:00">
<sanctionEntity designationDate="2019-07-16" unitedNationId="XXi.001" euReferenceNumber="EU.9.1" logicalId="901">
  <regulation publicationDate="2019-08-31" programme="INV" numberTitle="1/2019"/>
  <subjectType code="person" classificationCode="P"/>
  <nameAlias firstName="Quillon" middleName="" lastName="Abernatto" wholeName="Quillon Abernatto" strong="true"/>
  <nameAlias wholeName="Quill" strong="false"/>
  <nameAlias firstName="Kwilon" lastName="Aber" wholeName="" strong="true"/>
  <citizenship countryIso2Code="VN"/><address countryIso2Code="00"/>
  <birthdate circa="false" calendarType="GREGORIAN" birthdate="1959-09-24" year="1959" countryIso2Code="PE"/>
  <birthdate circa="true" calendarType="GREGORIAN" year="1961"/>
  <birthdate circa="false" calendarType="GREGORIAN" monthOfYear="4" year="1964"/>
  <birthdate circa="false" calendarType="GREGORIAN" yearRangeFrom="1970" yearRangeTo="1971"/>
  <birthdate circa="false" calendarType="ISLAMIC" year="1380"/>
  <identification number="X0017" countryIso2Code="PE" identificationTypeCode="passport" knownFalse="false"/>
  <identification number="X0018" countryIso2Code="PE" identificationTypeCode="passport" knownFalse="true"/>
</sanctionEntity>
<sanctionEntity euReferenceNumber="EU.9.2" logicalId="902">
  <regulation publicationDate="2020-01-02" programme="INV"/>
  <subjectType code="enterprise" classificationCode="E"/>
  <nameAlias wholeName="Zeferreti Trading House" strong="true"/>
  <identification number="77" identificationTypeCode="regnumber"/>
</sanctionEntity>
</export>
"""

EU_CSV = (
    "\ufefffileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_UnitedNationId;"
    "Entity_DesignationDate;Entity_SubjectType;Entity_SubjectType_ClassificationCode;"
    "Entity_Regulation_PublicationDate;Entity_Regulation_Programme;NameAlias_WholeName;BirthDate_BirthDate;"
    "BirthDate_Year;BirthDate_Circa;BirthDate_CalendarType;Identification_Number;Identification_TypeCode;"
    "Identification_CountryIso2Code;Citizenship_CountryIso2Code;Address_CountryIso2Code\r\n"
    "04/05/2026;901;EU.9.1;XXi.001;2019-07-16;P;person;2019-08-31;INV;Quillon Abernatto;;;;;;;;;\r\n"
    "04/05/2026;901;EU.9.1;XXi.001;2019-07-16;P;person;2019-08-31;INV;;1959-09-24;1959;false;GREGORIAN;;;;;\r\n"
    "04/05/2026;902;EU.9.2;;;E;enterprise;2020-01-02;INV;Zeferreti Trading House;;;;;77;regnumber;;;\r\n"
    "04/05/2026;901;EU.9.1;XXi.001;2019-07-16;P;person;2019-08-31;INV;Kwilon Aber;;;;;X0017;passport;PE;VN;PE\r\n"
)

OFAC_XML = """<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="http://tempuri.org/sdnList.xsd">
  <publshInformation><Publish_Date>05/04/2026</Publish_Date><Record_Count>2</Record_Count></publshInformation>
  <sdnEntry>
    <uid>9</uid><firstName>Quillon</firstName><lastName>ABERNATTO</lastName><sdnType>Individual</sdnType>
    <programList><program>INV</program><program>TED</program></programList>
    <idList>
      <id><idType>Passport</idType><idNumber>X0017</idNumber><idCountry>Peru</idCountry></id>
      <id><idType>Gender</idType><idNumber>Male</idNumber></id>
    </idList>
    <akaList>
      <aka><type>f.k.a.</type><category>strong</category><lastName>ABER</lastName><firstName>Kwilon</firstName></aka>
      <aka><type>a.k.a.</type><category>weak</category><lastName>QUILL</lastName></aka>
    </akaList>
    <addressList><address><country>Vietnam</country></address></addressList>
    <nationalityList><nationality><country>Peru</country></nationality></nationalityList>
    <dateOfBirthList>
      <dateOfBirthItem><dateOfBirth>24 Sep 1959</dateOfBirth><mainEntry>true</mainEntry></dateOfBirthItem>
      <dateOfBirthItem><dateOfBirth>circa 1961</dateOfBirth></dateOfBirthItem>
      <dateOfBirthItem><dateOfBirth>1963 to 1965</dateOfBirth></dateOfBirthItem>
    </dateOfBirthList>
  </sdnEntry>
  <sdnEntry><uid>10</uid><lastName>ZEFERRETI CO.</lastName><sdnType>Entity</sdnType></sdnEntry>
</sdnList>
"""

UK_XML = """<?xml version="1.0" encoding="utf-8"?>
<Designations>
<DateGenerated>04/05/2026</DateGenerated>
<Designation>
  <LastUpdated>14/04/2026</LastUpdated><DateDesignated>25/01/2001</DateDesignated>
  <UniqueID>INV0001</UniqueID><OFSIGroupID>12703</OFSIGroupID><UNReferenceNumber>XXi.001</UNReferenceNumber>
  <Names>
    <Name><Name6>Quill</Name6><NameType>Alias</NameType><AliasStrength>Low quality a.k.a</AliasStrength></Name>
    <Name><Name1>Quillon</Name1><Name2>T.</Name2><Name6>ABERNATTO</Name6><NameType>Primary name</NameType></Name>
    <Name><Name1>Kwilon</Name1><Name6>Aber</Name6><NameType>Primary Name Variation</NameType></Name>
  </Names>
  <NonLatinNames><NonLatinName><NameNonLatinScript>كويلون</NameNonLatinScript></NonLatinName></NonLatinNames>
  <RegimeName>The Invented Regulations 2020</RegimeName><IndividualEntityShip>Individual</IndividualEntityShip>
  <Addresses><Address><AddressCountry>Viet Nam</AddressCountry></Address></Addresses>
  <IndividualDetails><Individual>
    <DOBs><DOB>24/09/1959</DOB><DOB>dd/mm/1961</DOB><DOB>1963</DOB></DOBs>
    <Nationalities><Nationality>Peru</Nationality></Nationalities>
    <PassportDetails><Passport><PassportNumber>X0017</PassportNumber></Passport></PassportDetails>
  </Individual></IndividualDetails>
</Designation>
<Designation>
  <UniqueID>INV0002</UniqueID>
  <Names><Name><Name6>Zeferreti Star</Name6><NameType>Primary Name</NameType></Name></Names>
  <IndividualEntityShip>Ship</IndividualEntityShip>
  <ShipDetails><Ship><IMONumbers><IMONumber>IMO 9000001</IMONumber></IMONumbers></Ship></ShipDetails>
</Designation>
</Designations>
"""

UK_CSV = (
    "Report Date: 04-May-2026\n"
    "Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name type,Alias strength,"
    "Name non-latin script,Regime Name,Designation Type,Address Country,Date Designated,D.O.B,Nationality(/ies),"
    "Passport number,Country of birth,Business registration number (s),IMO number\n"
    "14/04/2026,INV0001,12703,XXi.001,Quill,,,Alias,Low quality a.k.a,,The Invented Regulations 2020,Individual,"
    "Viet Nam,25/01/2001,dd/mm/1961,Peru,X0017,,,\n"
    "14/04/2026,INV0001,12703,XXi.001,ABERNATTO,Quillon,T.,Primary Name,,كويلون,The Invented Regulations 2020,"
    "Individual,Viet Nam,25/01/2001,24/09/1959,Peru,X0017,,,\n"
    ",INV0002,,,Zeferreti Star,,,Primary Name,,,,Ship,,,,,,,,IMO 9000001\n"
)

PLAIN = (
    "key,kind,name,aliases,weak_aliases,birth_years,countries,programme,listed_on\n"
    "1,person,Quillon Abernatto,Kwilon Aber;K. Aber,Quill,1959;1961,VN;Peru,Invented,2020-02-29\n"
    '2,organisation,"Zeferreti, Sons & Co",,,,,,\n'
)

WORLD_BANK: dict[str, Any] = {
    "response": {
        "ZPROCSUPP": [
            {
                "SUPP_ID": 71,
                "SUPP_NAME": "ZEFERRETI WORKS LTD. (A.K.A. ZEFWORKS)*302",
                "SUPP_TYPE_CODE": "F",
                "COUNTRY_NAME": "Viet Nam",
                "DEBAR_FROM_DATE": "2020-05-01",
                "DEBAR_TO_DATE": "2999-12-31",
                "DEBAR_REASON": "Invented reason",
                "ADD_SUPP_INFO": "*161 (formerly known as Old Zeferreti Ltd.) (Reg. No. 77)",
                "UPD_DATE": "2026-02-21T00:00:00.000Z",
                "LAST_REFRESH_DATE": "2026-05-05T19:00:06.107Z",
            },
            {
                "SUPP_ID": 72,
                "SUPP_NAME": "QUILLON ABERNATTO",
                "SUPP_TYPE_CODE": "I",
                "COUNTRY_NAME": "Peru",
                "DEBAR_FROM_DATE": "2021-05-01",
                "DEBAR_TO_DATE": "2027-04-30",
                "DEBAR_REASON": None,
                "LAST_REFRESH_DATE": "2026-05-05T19:00:06.107Z",
            },
        ]
    }
}

OPEN_SANCTIONS = (
    '"id","schema","name","aliases","birth_date","countries","identifiers","dataset","first_seen","last_seen"\n'
    '"NK-1","Person","QUILLON ABERNATTO","Kwilon Aber;""Quill; the Second""","1959-09-24","vn;pe","X0017","Invented",'
    '"2024-03-04","2026-05-06"\n'
)

OPEN_SANCTIONS_ENTITIES: tuple[dict[str, Any], ...] = (
    {
        "id": "inv-sanction-1",
        "schema": "Sanction",
        "properties": {"entity": ["NK-1"], "listingDate": ["2020-05-01"], "programId": ["INV-A"]},
    },
    {
        "id": "NK-1",
        "caption": "Quillon Abernatto",
        "schema": "Person",
        "properties": {
            "name": ["ABERNATTO, Quillon", "Quillon Abernatto"],
            "alias": ["Kwilon Aber"],
            "weakAlias": ["Quill"],
            "previousName": ["Kwilon Natto"],
            "birthDate": ["1959-09"],
            "nationality": ["pe"],
            "country": ["vn"],
            "passportNumber": ["X0017"],
        },
        "referents": ["un-xx-001", "eu-9-1"],
        "target": True,
        "first_seen": "2024-03-04T17:09:51",
        "last_seen": "2026-05-06T12:00:00",
        "last_change": "2026-01-02T12:00:00",
    },
    {"id": "NK-9", "caption": "A Relative", "schema": "Person", "properties": {"name": ["A Relative"]},
     "target": False},
    {
        "id": "inv-sanction-2",
        "schema": "Sanction",
        "properties": {"entity": ["NK-1"], "startDate": ["2019-05-01"], "endDate": ["2030-01-01"], "program": ["B"]},
    },
)  # fmt: skip


def a_stream(content: str | bytes) -> IO[bytes]:
    """Return `content` as a file that lies open."""
    return io.BytesIO(content.encode() if isinstance(content, str) else content)


def json_lines(*entities: dict[str, Any]) -> str:
    """Return each entity on a line of its own."""
    return "".join(json.dumps(entity, ensure_ascii=False) + "\n" for entity in entities)


def an_ofac_zip(**tables: str) -> IO[bytes]:
    """Return the set of OFAC's files as a zip, `tables` in place of those of the same name."""
    tables = {
        "sdn": '9,"ABERNATTO, Quillon","individual","INV] [TED",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
        "\"DOB 24 Sep 1959; alt. DOB 1961; a.k.a. 'QUILL'; nationality Peru; Passport X0017 (Peru); "
        "a.k.a. 'ABU-'QU\"\r\n"
        '10,"ZEFERRETI CO.",-0- ,"INV",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\x1a',
        "alt": '9,1,"fka","ABER, Kwilon",-0- \r\n\x1a',
        "add": '9,1,"Street 1","Hanoi","Vietnam",-0- \r\n',
        "sdn_comments": '9,"ILL\'; Tax ID No. 4711 (Vietnam)."\r\n',
    } | tables
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in tables.items():
            archive.writestr(f"{name}.csv", text)
    stream.seek(0)
    return stream


GOOD_FILES: dict[str, Callable[[], IO[bytes]]] = {
    "un_xml": lambda: a_stream(UN),
    "eu_xml": lambda: a_stream(EU_XML),
    "eu_csv": lambda: a_stream(EU_CSV),
    "ofac_xml": lambda: a_stream(OFAC_XML),
    "ofac_csv": an_ofac_zip,
    "uk_xml": lambda: a_stream(UK_XML),
    "uk_csv": lambda: a_stream(UK_CSV),
    "world_bank_json": lambda: a_stream(json.dumps(WORLD_BANK)),
    "open_sanctions_csv": lambda: a_stream(OPEN_SANCTIONS),
    "open_sanctions_json": lambda: a_stream(json_lines(*OPEN_SANCTIONS_ENTITIES)),
    "plain_csv": lambda: a_stream(PLAIN),
}
"""By format, what gives a good file anew."""
