"""English names of countries, as lists write them, and their two-letter codes."""

from __future__ import annotations

from approvals.screening.names import fold_words

_NAMES = """
AF Afghanistan | AL Albania | DZ Algeria | AO Angola | AR Argentina | AM Armenia | AU Australia | AT Austria
AZ Azerbaijan | BS Bahamas; The Bahamas; Bahamas, The | BH Bahrain | BD Bangladesh | BB Barbados | BY Belarus
BE Belgium | BZ Belize | BJ Benin | BM Bermuda | BT Bhutan | BO Bolivia; Bolivia (Plurinational State of)
BA Bosnia and Herzegovina | BW Botswana | BR Brazil | VG British Virgin Islands; Virgin Islands, British
BN Brunei | BG Bulgaria | BF Burkina Faso | BI Burundi | KH Cambodia | CM Cameroon | CA Canada
CV Cabo Verde; Cape Verde | KY Cayman Islands | CF Central African Republic | TD Chad | CL Chile
CN China; People's Republic of China | CO Colombia | KM Comoros
CG Congo; Republic of the Congo; Congo, Republic of the
CD Democratic Republic of the Congo; DR Congo; Congo, Democratic Republic of the; Congo (DRC)
CR Costa Rica | CI Côte d'Ivoire; Ivory Coast | HR Croatia | CU Cuba | CY Cyprus | CZ Czechia; Czech Republic
DK Denmark | DJ Djibouti | DM Dominica | DO Dominican Republic | EC Ecuador
EG Egypt; Egypt, Arab Republic of | SV El Salvador | GQ Equatorial Guinea | ER Eritrea | EE Estonia
SZ Eswatini; Swaziland | ET Ethiopia | FJ Fiji | FI Finland | FR France | GA Gabon
GM Gambia; The Gambia; Gambia, The | GE Georgia | DE Germany | GH Ghana | GI Gibraltar | GR Greece
GD Grenada | GT Guatemala | GN Guinea | GW Guinea-Bissau | GY Guyana | HT Haiti | HN Honduras
HK Hong Kong; Hong Kong SAR, China; China (Hong Kong SAR) | HU Hungary | IS Iceland | IN India | ID Indonesia
IR Iran; Iran (Islamic Republic of); Iran, Islamic Republic of; Islamic Republic of Iran | IQ Iraq
IE Ireland | IM Isle of Man | IL Israel | IT Italy | JM Jamaica | JP Japan | JE Jersey | JO Jordan
KZ Kazakhstan | KE Kenya | KI Kiribati
KP Democratic People's Republic of Korea; North Korea; Korea, North; DPRK
KR Republic of Korea; South Korea; Korea, South; Korea, Republic of | XK Kosovo | KW Kuwait
KG Kyrgyzstan; Kyrgyz Republic | LA Laos; Lao People's Democratic Republic; Lao PDR | LV Latvia | LB Lebanon
LS Lesotho | LR Liberia | LY Libya; Libyan Arab Jamahiriya | LI Liechtenstein | LT Lithuania | LU Luxembourg
MO Macau; Macao | MG Madagascar | MW Malawi | MY Malaysia | MV Maldives | ML Mali | MT Malta
MH Marshall Islands | MR Mauritania | MU Mauritius | MX Mexico | FM Micronesia
MD Moldova; Republic of Moldova | MC Monaco | MN Mongolia | ME Montenegro | MA Morocco | MZ Mozambique
MM Myanmar; Burma | NA Namibia | NR Nauru | NP Nepal
NL Netherlands; The Netherlands; Netherlands (Kingdom of the); Kingdom of the Netherlands | NZ New Zealand
NI Nicaragua | NE Niger | NG Nigeria
MK North Macedonia; Macedonia; The former Yugoslav Republic of Macedonia | NO Norway | OM Oman | PK Pakistan
PW Palau | PS Palestine; State of Palestine; Palestinian; West Bank and Gaza | PA Panama | PG Papua New Guinea
PY Paraguay | PE Peru | PH Philippines; The Philippines | PL Poland | PT Portugal | PR Puerto Rico | QA Qatar
RO Romania | RU Russia; Russian Federation | RW Rwanda | KN Saint Kitts and Nevis | LC Saint Lucia
VC Saint Vincent and the Grenadines; St. Vincent and the Grenadines | WS Samoa | SM San Marino
ST Sao Tome and Principe | SA Saudi Arabia | SN Senegal | RS Serbia | SC Seychelles | SL Sierra Leone
SG Singapore | SK Slovakia; Slovak Republic | SI Slovenia | SB Solomon Islands | SO Somalia | ZA South Africa
SS South Sudan | ES Spain | LK Sri Lanka | SD Sudan; The Sudan | SR Suriname | SE Sweden | CH Switzerland
SY Syria; Syrian Arab Republic | TW Taiwan; Taiwan, China; Taiwan Province of China | TJ Tajikistan
TZ Tanzania; United Republic of Tanzania | TH Thailand | TL Timor-Leste; East Timor | TG Togo | TO Tonga
TT Trinidad and Tobago | TN Tunisia | TR Turkey; Türkiye; Turkiye | TM Turkmenistan | TV Tuvalu | UG Uganda
UA Ukraine | AE United Arab Emirates; UAE
GB United Kingdom; United Kingdom of Great Britain and Northern Ireland; Great Britain; England; Scotland
US United States; United States of America; USA | UY Uruguay | UZ Uzbekistan | VU Vanuatu
VE Venezuela; Venezuela (Bolivarian Republic of); Venezuela, Republica Bolivariana de | VN Vietnam; Viet Nam
YE Yemen; Yemen, Republic of; Republic of Yemen | ZM Zambia | ZW Zimbabwe
"""


def country_code(name: str) -> str | None:
    """Return the two-letter code of the country `name`, in English or itself a code; None if we do not know it."""
    name = name.strip()
    if len(name) == 2 and name.isalpha() and name.isascii():
        return name.upper()
    return _CODES.get(_sorted_words(name))


def _sorted_words(name: str) -> str:
    return " ".join(sorted(fold_words(name)))


_CODES = {
    _sorted_words(way): entry.strip()[:2]
    for line in _NAMES.strip().splitlines()
    for entry in line.split("|")
    for way in entry.strip()[3:].split(";")
}
