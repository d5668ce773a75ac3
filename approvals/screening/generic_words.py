"""Words that many organisations bear in their names, in many languages: shared, they tell little.

Written as `fold_words` folds them. The table need not be complete: a word that is missing tells as much as any other.
"""

from __future__ import annotations

_TRADES = """
trading construction industry engineering shipping development technology technologies tech research institute
production products management services service oil gas energy power electric electrical electronics electronic
petroleum petrochemical petrochemicals chemical chemicals pharmaceutical pharmaceuticals pharma medical health
textile textiles food foods agro agricultural agriculture farm farms mining minerals metal metals steel machine
machinery mechanical equipment manufacturing factory plant building buildings contracting contractors contractor
maritime marine navigation logistics transport transportation transit cargo freight aviation airlines air travel tours
tourism hotel hotels media communications communication telecom telecommunications information computer software
systems system solutions network networks consulting consultants consultancy advisory advisors services commercial
commerce import export imports exports exchange money finance financial capital credit investment investments invest
fund funds trust insurance bank banking estate properties property realty supply supplies materials design project
projects engineers builders motors motor auto automotive furniture water environment environmental security defense
defence education school college academy university hospital clinic center centre bureau office agency council society
association foundation federation union organization organisation committee movement brand marketing retail
distribution distributors resources ventures partners associates brothers sons studio works workshop
"""
_QUALITIES = """
international national global world universal general central federal state public private popular new first united
royal golden great grand modern advanced special scientific technical economic social industrial business enterprise
north south east west northern southern eastern western middle star prime premier pacific atlantic continental
european asian african american arab islamic
"""
_OTHER_LANGUAGES = """
comercializadora comercial comercio inversiones servicios constructora construcciones inmobiliaria transportes
productos importadora exportadora distribuidora tecnologia tecnologias desarrollo empresa agropecuaria
construcoes servicos investimentos comercio empresa desenvolvimento
entreprise entreprises travaux services commerce developpement gestion conseil batiment investissements assurances
handels handelsgesellschaft vermogensverwaltung verwaltung verwaltungs beteiligungs beteiligung bau maschinenbau
dienstleistungen immobilien versicherung technik werke
beheer advies adviesbureau vastgoed beleggingen beleggings beleggingsmaatschappij participaties exploitatie diensten
exploitatiemaatschappij handelsonderneming onroerend goed pensioen maatschap bouw
servizi costruzioni commercio gestione immobiliare
zavod nauchno proizvodstvennoe predpriyatie obedinenie konstruktorskoe byuro tsentr kompleks torgovyi torgovyy dom
stroy stroitelnaya promyshlennaya promyshlennost tekhnologii finansovaya
ticaret sanayi insaat dis nakliyat tekstil gida ithalat ihracat pazarlama
sanaye sanat bazargani tejarat tolidi khadamat
"""
_PLACES = """
africa asia europe america china india japan korea vietnam thailand indonesia malaysia singapore philippines pakistan
bangladesh iran iraq syria jordan lebanon turkey egypt morocco algeria tunisia libya sudan ethiopia kenya uganda
tanzania nigeria ghana cameroon senegal congo angola zambia zimbabwe russia ukraine belarus kazakhstan poland romania
hungary austria germany deutschland france italy italia spain espana portugal sweden norway denmark finland ireland
england britain belgium netherlands nederland holland switzerland mexico brazil brasil argentina chile peru colombia
panama canada australia dubai emirates qatar kuwait bahrain oman yemen hong kong taiwan
"""

PARTICLES = frozenset(
    (
        "al", "el", "ul", "as", "ad", "ar", "an", "ash", "abd", "abu", "bin", "ibn", "bint", "ben", "ould",
        "uld", "de", "del", "della", "la", "le", "les", "da", "do", "dos", "di", "du", "van", "von", "der",
        "den", "the", "of", "and", "for", "fur", "zu", "bey", "ag", "mr", "mrs", "ms", "dr", "prof", "haji",
        "hajji", "mullah", "sheikh", "shaykh",
    )
)  # fmt: skip
"""Articles, particles and titles in names of people, and the small words of all names."""

GENERIC_WORDS = frozenset(f"{_TRADES} {_QUALITIES} {_OTHER_LANGUAGES} {_PLACES}".split())
"""Trades, qualities and places in names of organisations."""
