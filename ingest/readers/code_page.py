"""Which older code page a text is in: the one that turns its high bytes into letters its language uses.

charset-normalizer alone took Shift JIS for Korean, Windows Hebrew for Russian and Turkish for French; so
languages are tried first, and it is asked only where none of them fits.
"""

import unicodedata

_SAMPLE = 100_000
_MARKS = frozenset("‘’‚“”„–—…•€£¥©®™§°«»‹›·½¼¾±×²³ªº¿¡¶†‡\u00a0\u00ad")
_BEHIND_A_LETTER = frozenset("‘’‚“”„–—…•©®™°«»‹›·ªº\u00a0\u00ad")
# Order settles ties: what is common first. ISO pages follow the Windows page that holds them.
_LATIN = (
    ("éèàêçùâîôûëïœüÿæ", ("cp1252", "latin-1", "iso8859-15", "mac-roman", "cp850")),
    ("äöüßé", ("cp1252", "latin-1", "mac-roman", "cp850")),
    ("áéíñóúü", ("cp1252", "latin-1", "mac-roman", "cp850")),
    ("ãõçáéíóúâêôàü", ("cp1252", "latin-1", "mac-roman", "cp850")),
    ("àèéìòù", ("cp1252", "latin-1", "mac-roman", "cp850")),
    ("åäöæøéü", ("cp1252", "latin-1", "mac-roman", "cp850")),
    ("áéíóúýþæöð", ("cp1252", "latin-1")),
    ("ąćęłńóśźż", ("cp1250", "iso8859-2")),
    ("áčďéěíňóřšťúůýžľĺŕôä", ("cp1250", "iso8859-2")),
    ("áéíóöőúüű", ("cp1250", "iso8859-2")),
    ("ăâîşţșț", ("cp1250", "iso8859-2", "iso8859-16")),
    ("čćđšž", ("cp1250", "iso8859-2")),
    ("çğıöşüâîİ", ("cp1254", "iso8859-9")),
    ("ąčęėįšųūžāēģīķļņõäöü", ("cp1257", "iso8859-13")),
)
_OTHER = (
    ("אבגדהוזחטיכלמנסעפצקרשתךםןףץ", ("cp1255", "iso8859-8")),
    ("абвгдежзийклмнопрстуфхцчшщъыьэюяё", ("cp1251", "koi8-r", "iso8859-5", "cp866", "mac-cyrillic")),
    ("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", ("cp1251", "koi8-u", "iso8859-5")),
    ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", ("cp1253", "iso8859-7")),
    ("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىة", ("cp1256", "iso8859-6")),
)
_WIDE = ("euc-jp", "cp932", "euc-kr", "cp949", "gb18030", "big5")
_ENOUGH = 0.9


def code_page(data: bytes) -> str | None:
    """Return the encoding's name, None where nothing fits well enough to be quoted from."""
    sample = data[:_SAMPLE]
    if b"\x1b$" in sample or b"\x1b(" in sample:
        return "iso2022_jp" if _decoded(sample, "iso2022_jp") is not None else None
    best, score = None, _ENOUGH
    for letters, encodings in (*_LATIN, *_OTHER):
        latin = (letters, encodings) in _LATIN
        for encoding in encodings:
            text = _decoded(sample, encoding)
            found = _fits(text, letters, latin) if text is not None else 0.0
            if found > score + 1e-9:
                best, score = encoding, found
    for encoding in _WIDE:
        text = _decoded(sample, encoding)
        found = _fits_wide(text, encoding) if text is not None else 0.0
        if found > score + 1e-9:
            best, score = encoding, found
    return best or _asked(sample)


def _decoded(sample: bytes, encoding: str) -> str | None:
    for cut in range(4):  # the sample may end within a character
        try:
            return sample[: len(sample) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _fits(text: str, letters: str, latin: bool) -> float:
    """The share of high characters that are this language's letters or print marks; 0 for odd mixtures."""
    known = frozenset(letters)
    good = total = 0.0
    before = " "
    for char in text:
        if char > "\x7f":
            total += 1
            lower = char.lower()
            inside = before.isalpha()
            letter = char in known or (lower in known and not (inside and before.islower()))
            if letter or char in (_BEHIND_A_LETTER if inside else _MARKS):
                good += 1
        before = char
    plain = sum(char.isalpha() for char in text)
    accented = sum(char.isalpha() and char > "\x7f" for char in text)
    if not total or (latin and accented > 0.4 * plain) or (not latin and accented < 0.3 * plain):
        return 0.0
    if sum(char.isupper() and char > "\x7f" for char in text) > 0.5 * accented:
        return 0.0  # small letters read as capitals
    cyrillic = "а" <= letters[0] <= "я"
    if cyrillic and sum(char in "оеаинті" for char in text.lower()) < 0.3 * plain:
        return 0.0  # other alphabets, read as Cyrillic, lack its frequent letters
    return good / total


def _fits_wide(text: str, encoding: str) -> float:
    """The share of high characters that are usual in a Chinese, Japanese or Korean text."""
    high = [char for char in text if char > "\x7f"]
    if not high:
        return 0.0
    kinds = [_kind(char) for char in high]
    kana, hangul, han = (kinds.count(kind) / len(high) for kind in ("kana", "hangul", "han"))
    mark = kinds.count("mark") / len(high)
    if encoding in ("euc-jp", "cp932"):
        return kana + han + mark if kana > 0.25 else 0.0
    if encoding in ("euc-kr", "cp949"):
        return hangul + mark if han < 0.1 else 0.0
    usual = sum(_usual(char, encoding) for char in high) / len(high)
    return (usual + mark) if kana < 0.05 and hangul < 0.05 else 0.0


def _kind(char: str) -> str:
    if "\u3040" <= char <= "\u30ff":
        return "kana"
    if "\uac00" <= char <= "\ud7a3":
        return "hangul"
    if "\u4e00" <= char <= "\u9fff":
        return "han"
    wide = "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e"
    return "mark" if wide or (char in _MARKS and unicodedata.category(char)[0] == "P") else "other"


def _usual(char: str, encoding: str) -> bool:
    """Whether a Chinese character is among the frequent half of its character set."""
    try:
        lead = char.encode("gb2312" if encoding == "gb18030" else "big5")[0]
    except UnicodeEncodeError:
        return False
    return _kind(char) == "han" and (0xB0 <= lead <= 0xD7 if encoding == "gb18030" else 0xA4 <= lead <= 0xC6)


def _asked(sample: bytes) -> str | None:
    """charset-normalizer's guess, taken only where it found the words of a language too."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best is None or best.percent_coherence < 40 or best.percent_chaos > 10:
        return None
    return best.encoding
