"""Turkish names typed without their own letters: Şükrü as SUKRU, Çelik as CELIK.

Nothing in SUKRU tells that its s is a ş, and reading every s so would make one name of Сакен and
Шакен. So frequent names are listed, and the key of the bare form is led to that of the full one.
"""

from typing import Final

from paragraph8.voterlist.normalise.spelling import canonical, from_latin

# Frequent names that hold ş or ç; ğ, ı, ö and ü need no list, for they fold to g, i, o and u.
_GIVEN: Final = """
Aşkın Ayça Ayşe Ayşegül Ayşen Ayşenur Ayşin Aytaç Barış Başak Behçet Beşir Büşra Coşkun Çağan
Çağatay Çağdaş Çağla Çağlar Çağrı Çetin Çiçek Çiğdem Çınar Derviş Dilşad Doğuş Erdinç Eşref Gençay
Gökçe Gökçen Gülçin Gülşah Gülşen Güneş Işık Işıl Işılay Işın İnanç Kıvanç Memiş Menekşe Neşe Neşet
Nurşen Orçun Oruç Reşat Reşit Ruşen Rüştü Savaş Selçuk Sertaç Sevinç Şaban Şadiye Şafak Şahap
Şahika Şahin Şahinde Şahsenem Şakir Şaziye Şebnem Şefik Şefika Şehnaz Şenay Şener Şengül Şennur
Şenol Şeref Şerafettin Şerife Şermin Şevket Şevki Şevval Şeyda Şeyma Şinasi Şirin Şükran Şükriye
Şükrü Şule Tuğçe Tunç Yaşar
"""
_SURNAMES: Final = """
Akbaş Akça Akçay Akkuş Aktaş Altıntaş Ateş Başaran Bektaş Çakır Çakmak Çalışkan Çam Çavuş Çelebi
Çelik Çevik Çiftçi Çoban Çolak Demirtaş Dinç Ekşi Elçi Erbaş Genç Göçmen Güçlü Güleç Gümüş Karakuş
Karataş Keleş Kılıç Kılınç Koç Kurtuluş Küçük Özçelik Özşahin Pekşen Sarıtaş Şanlı Şeker Şentürk
Şimşek Taşçı Taşdemir Taşkın Topçu Uçar Ulutaş Yavaş
"""
_BARE: Final = str.maketrans("şçğıöüŞÇĞİÖÜ", "scgiouSCGIOU")


def _keys(text: str) -> list[str]:
    return canonical(from_latin("\n".join(text.split()))).split("\n")


# Key of the bare form -> key of the name.
FULL_KEYS: Final = {
    bare: full
    for bare, full in zip(
        _keys((_GIVEN + _SURNAMES).translate(_BARE)), _keys(_GIVEN + _SURNAMES), strict=True
    )
    if bare != full
}
