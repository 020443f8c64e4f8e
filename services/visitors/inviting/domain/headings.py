"""What the columns of a table of visitors are called, in the park's languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.visitors.names.letters import fold

COLUMNS: Mapping[str, str] = {
    "given_name": "given name|first name|prénom|الاسم الشخصي|الاسم الأول",
    "family_name": "family name|last name|surname|nom|nom de famille|النسب|الاسم العائلي|اللقب",
    "name": "full name|nom complet|nom et prénom|visitor|visiteur|الاسم|الاسم الكامل|الزائر",
    "company": "company name|société|entreprise|raison sociale|organisme|organisation|organization"
    "|الشركة|المؤسسة",
    "email": "e-mail|mail|email address|e-mail address|address|courriel|adresse|adresse mail"
    "|adresse email|adresse e-mail|البريد|البريد الإلكتروني",
    "phone": "phone number|telephone|téléphone|numéro de téléphone|n° de téléphone|tel|tél|mobile"
    "|mobile phone|portable|gsm|الهاتف|رقم الهاتف",
    "language": "langue|lang|اللغة",
}
_FIELD_OF = {
    fold(called): field
    for field, names in COLUMNS.items()
    for called in (field.replace("_", " "), *names.split("|"))
}
_LANGUAGES = {
    fold(called): language
    for language, names in {
        "fr": "fr|français|french|الفرنسية",
        "ar": "ar|arabe|arabic|العربية",
        "en": "en|anglais|english|الإنجليزية",
    }.items()
    for called in names.split("|")
}


def field_of(called: str) -> str | None:
    """The field that a column is, however it is typed; None for one that nobody asks for."""
    return _FIELD_OF.get(" ".join(fold(called.replace("_", " ")).strip(" .:*").split()))


def heading_of(cells: Sequence[str]) -> list[str | None]:
    """The fields of a first line. Where French lists have no column for the given name, `Nom` is
    the whole one.
    """
    fields = [field_of(cell) for cell in cells]
    if not {"given_name", "name"} & set(fields):
        return ["name" if field == "family_name" else field for field in fields]
    return fields


def language_of(called: str) -> str:
    """The language by its code, its name, or as it is where nobody knows it."""
    return _LANGUAGES.get(fold(called), called)
