"""Legal forms of organisations in many languages, as tables.

Forms under one key are treated as equal, whatever the language. The table is not complete and need not be: a form
that is missing only weighs as an ordinary word.
"""

from __future__ import annotations

LEGAL_FORMS: dict[str, tuple[str, ...]] = {
    "limited": (
        "ltd", "limited", "ltda", "limitada", "limitee", "ltee", "llc", "l l c", "gmbh", "mbh", "g m b h",
        "gesellschaft mit beschränkter haftung", "sarl", "s a r l", "sàrl", "société à responsabilité limitée",
        "srl", "s r l", "sociedad de responsabilidad limitada", "società a responsabilità limitata", "s de rl",
        "s de rl de cv", "sas", "s a s", "eurl", "sprl", "bvba", "bv", "b v", "besloten vennootschap", "ooo",
        "ооо", "общество с ограниченной ответственностью", "obshchestvo s ogranichennoy otvetstvennostyu",
        "тоо", "too", "тов", "tov", "limited liability company", "private limited", "pvt", "pvt ltd", "pty",
        "pty ltd", "proprietary limited", "pte", "pte ltd", "sdn bhd", "bhd", "kft", "doo", "d o o", "дoo",
        "ooд", "eood", "ood", "spzoo", "sp z oo", "sp z o o", "spółka z ograniczoną odpowiedzialnością", "sro",
        "s r o", "oü", "sia", "uab", "aps", "anpartsselskab", "ehf", "yk", "godo kaisha", "yugen kaisha",
        "ltd şti", "limited şirketi", "lda", "epe", "mchj", "mmc", "wll", "w l l", "fzc", "fze", "fzco",
        "societate cu răspundere limitată", "societatea cu răspundere limitată", "korlátolt felelősségű társaság",
        "uždaroji akcinė bendrovė", "sabiedrība ar ierobežotu atbildību", "osaühing",
        "spoločnosť s ručením obmedzeným",
        "společnost s ručením omezeným", "društvo s ograničenom odgovornošću", "družba z omejeno odgovornostjo",
        "дружество с ограничена отговорност", "товариство з обмеженою відповідальністю",
        "obshchestvo s ogranichennoi otvetstvennostyu", "obschestvo s ogranichennoy otvetstvennostyu",
        "sociedade limitada", "sociedad limitada", "etaireia periorismenis efthynis", "limited sirketi",
        "fz llc", "dmcc", "co ltd", "company limited", "youxian gongsi", "youxian zeren gongsi", "co",
    ),
    "shares": (
        "ag", "aktiengesellschaft", "sa", "s a", "société anonyme", "sociedad anónima", "sociedade anônima",
        "sa de cv", "s a de c v", "sab de cv", "sociedad anónima de capital variable", "saic", "spa", "s p a",
        "società per azioni", "plc", "public limited company", "inc", "incorporated", "corp", "corporation",
        "nv", "n v", "naamloze vennootschap", "ab", "aktiebolag", "asa", "aksjeselskap", "a s", "aktieselskab",
        "oy", "oyj", "osakeyhtiö", "jsc", "joint stock company", "ojsc", "open joint stock company", "cjsc",
        "closed joint stock company", "pjsc", "public joint stock company", "oao", "оао", "zao", "зао", "pao",
        "пао", "акционерное общество", "открытое акционерное общество", "закрытое акционерное общество",
        "публичное акционерное общество", "pat", "прат", "kk", "k k", "kabushiki kaisha", "kabushiki gaisha",
        "chusik hoesa", "gufen youxian gongsi", "tbk", "pt", "perseroan terbatas", "anonim şirketi", "aş", "as",
        "akciová společnost", "spółka akcyjna", "dd", "d d", "ead", "ad", "psc", "qsc", "saog", "saoc", "sal",
        "publichnoe aktsionernoe obshchestvo", "otkrytoe aktsionernoe obshchestvo",
        "zakrytoe aktsionernoe obshchestvo",
        "aktsionernoe obshchestvo", "акционерно дружество", "акціонерне товариство", "részvénytársaság", "rt", "nyrt",
        "zrt", "societate pe acțiuni", "akcinė bendrovė", "akciju sabiedrība", "aktsiaselts", "akciová spoločnosť",
        "dioničko društvo", "delniška družba", "anonymi etaireia", "sha", "san ve tic as", "sanayi ve ticaret as",
        "s a l", "joint stock", "private joint stock company", "perusahaan perseroan", "sadecv",
    ),
    "partnership": (
        "kg", "kommanditgesellschaft", "ohg", "gmbh co kg", "gmbh und co kg", "gbr", "lp", "l p", "llp",
        "l l p", "limited partnership", "limited liability partnership", "snc", "s n c",
        "société en nom collectif", "cv", "vof", "sca", "kgaa", "se", "societas europaea", "scs", "kd", "ky",
    ),
    "company": (
        "company", "cie", "compagnie", "compañía", "companhia", "cia", "société", "sociedad", "gesellschaft",
        "kompaniya", "компания", "компанія", "şirketi", "شركة", "شرکت", "sherkat", "sharikat", "sherkate",
        "kaisha", "gongsi", "gmk", "firma", "enterprise", "enterprises",
    ),
    "group": (
        "group", "groupe", "grupo", "gruppe", "gruppo", "группа", "grup", "holding", "holdings", "holdco",
        "группа компаний",
    ),
    "association": (
        "ev", "e v", "eingetragener verein", "verein", "asbl", "a s b l", "vzw", "aisbl",
        "association sans but lucratif", "onlus", "ong", "ngo", "ry", "egyesület",
    ),
    "cooperative": (
        "eg", "scoop", "coop", "cooperative", "cooperativa", "coopérative", "genossenschaft",
    ),
    "state_enterprise": (
        "гуп", "gup", "фгуп", "fgup", "state unitary enterprise", "federal state unitary enterprise",
    ),
}  # fmt: skip
"""Key of the form → the ways it is written."""

FORMS_WITHOUT_SPACES: dict[str, str] = {
    "股份有限公司": "ag",
    "有限责任公司": "ltd",
    "有限責任公司": "ltd",
    "有限公司": "ltd",
    "公司": "company",
    "株式会社": "kk",
    "合同会社": "ltd",
    "有限会社": "ltd",
    "주식회사": "kk",
    "유한회사": "ltd",
    "(株)": "kk",
    "(주)": "kk",
}
"""Forms of scripts that do not part words, with a Latin form of the same key. Longer ones stand first."""

SAME_WORD: dict[str, str] = {
    written: word
    for word, ways in {
        "foundation": (
            "fondation", "fundacion", "fundacao", "fondazione", "stiftung", "stichting", "fond", "vakfi",
            "vakif", "saatio", "stiftelsen", "fonden",
        ),
        "bank": (
            "banque", "banco", "banca", "bankasi", "banka", "bnk",
        ),
        "university": (
            "universite", "universidad", "universidade", "universita", "universitat", "universitet",
            "universiteit", "universitesi", "uniwersytet",
        ),
        "association": (
            "asociacion", "associacao", "associazione", "dernegi", "vereniging", "assotsiatsiya",
        ),
        "institute": (
            "institut", "instituto", "istituto", "instituut", "enstitusu",
        ),
        "international": (
            "internationale", "internacional", "internazionale", "mezhdunarodnyy", "uluslararasi", "intl",
        ),
        "national": (
            "nationale", "nacional", "nazionale", "natsionalnyy",
        ),
        "federation": (
            "federacion", "federacao", "federazione", "verband", "federatsiya",
        ),
        "union": (
            "unione", "soyuz", "sindicato", "syndicat",
        ),
        "ministry": (
            "ministere", "ministerio", "ministero", "ministerium", "ministerstvo", "bakanligi",
        ),
        "industry": (
            "industries", "industrie", "industria", "industrias", "industrial", "industri",
        ),
        "trading": (
            "trade", "handel", "torgovyy",
        ),
        "and": (
            "und", "et", "y", "e", "i",
        ),
    }.items()
    for written in ways
}  # fmt: skip
"""Words of organisations' names that are one word in several languages, written folded."""
