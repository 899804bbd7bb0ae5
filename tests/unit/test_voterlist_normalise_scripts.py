"""One name in several alphabets and on several keyboards, language by language."""

import pytest

from paragraph8.voterlist.normalise import keys
from paragraph8.voterlist.normalise.devanagari import in_latin
from paragraph8.voterlist.normalise.turkish import FULL_KEYS


def roots(kind: str, names: list[str]) -> dict[str, str]:
    return dict(keys(kind, names).select("raw", "root").iter_rows())


# Cyrillic, then the Latin alphabets of 2017, 2018 and 2021 (decrees 569 of 26 October 2017 and 637
# of 19 February 2018; the version presented on 28 January 2021), then as passports have it.
KAZAKH = """
Әйгерім A'i'gerim Áıgerim Äigerım Aigerim
Шыңғыс S'yn'g'ys Shyńǵys Şyñğys Shyngys
Нұрсұлтан Nursultan Nursultan Nūrsūltan Nursultan
Жұмағұл Jumag'ul Jumaǵul Jūmağūl Zhumagul
Қуаныш Qy'anys' Qýanysh Quanyş Kuanysh
Үкілай U'kilai' Úkilaı Ükılai Ukilai
Өмірбек O'mirbek Ómirbek Ömırbek Omirbek
Һадиша Hadis'a Hadisha Hadişa Khadisha
Хадиша Hadis'a Hadisha Hadişa Khadisha
Ырысты Yrysty Yrysty Yrysty Yrysty
Ілияс Ilii'as Ilııas Iliias Iliyas
Шолпан S'olpan Sholpan Şolpan Sholpan
Шәкен S'a'ken Sháken Şäken Shaken
Ғалым G'alym Ǵalym Ğalym Galym
Жәнібек Ja'nibek Jánibek Jänıbek Zhanibek
Еңлік En'lik Eńlik Eñlık Enlik
Мөлдір Mo'ldir Móldir Möldır Moldir
"""


@pytest.mark.parametrize("row", KAZAKH.strip().splitlines(), ids=lambda row: row.split()[0])
def test_a_kazakh_name_has_one_root_in_all_its_alphabets(row):
    names = row.split()
    assert len(set(roots("given", names).values())) == 1, roots("given", names)
    curly = [name.replace("'", sign) for name in names for sign in "’ʼʻ`"]
    assert len(set(roots("given", names + curly).values())) == 1


# Clusters of romanisation; each row one name.
CLUSTERS = """
Цой Tsoi Tcoi Tzoy Tsoy Coj | Жанболат Zhanbolat Janbolat Dzhanbolat Djanbolat
| Ахметов Akhmetov Akkhmetov Ahmetov Axmetov Achmetov | Кхан Khan Хан
| Кузнецов Kuznetsov Kuznetcov Kuznecov Kuznetzov | Цхай Tskhai Tckhai Tskhay
| Кац Катц Katz Katts Kats | Шульц Schulz Shults Schultz | Кацман Katsman Katzman
| Щукин Shchukin Schukin Šukin Ščukin | Чернышёв Chernyshev Tchernyshev Černyšev
| Дзюба Dziuba Dzyuba | Ицхаков Itskhakov Itckhakov
"""


@pytest.mark.parametrize(
    "row", CLUSTERS.replace("\n", "").split("|"), ids=lambda row: row.split()[0]
)
def test_clusters_of_romanisation_meet(row):
    found = keys("surname", row.split())
    assert len(set(found["key"])) == 1, found.select("raw", "key").rows()


TURKISH = """Şükrü SUKRU | Ayşe AYSE | Çağrı CAGRI | Işıl ISIL | Barış BARIS | Selçuk SELCUK
| Coşkun COSKUN | Büşra BUSRA | Tuğba TUGBA | İrem IREM | Yiğit YIGIT | Ömer OMER | Kâzım KAZIM
| Gökçe GOKCE | Çiğdem CIGDEM"""


@pytest.mark.parametrize("row", TURKISH.replace("\n", "").split("|"), ids=str.strip)
def test_a_turkish_name_has_the_root_of_its_bare_form(row):
    assert len(set(roots("given", row.split()).values())) == 1
    assert len(set(roots("surname", row.split()).values())) == 1


def test_the_list_of_turkish_names_leads_no_listed_name_to_another():
    assert not set(FULL_KEYS) & set(FULL_KEYS.values())
    # Names of other languages that look like a bare form stay what they are.
    others = ["Сакен", "Шакен", "Асан", "Сара", "Сабина", "Самат", "Санжар", "Сания", "Марс"]
    assert not set(keys("given", others)["key"]) & set(FULL_KEYS)


# As Hindi speakers write their names in Latin.
HINDI = """
राम Ram Raam | श्याम Shyam | राजेश Rajesh | सुनील Sunil Suneel | सीता Sita Seeta | पूजा Puja Pooja
| विजय Vijay Wijay | संजय Sanjay | पंकज Pankaj | लक्ष्मी Lakshmi Laxmi | कृष्ण Krishna
| महेंद्र Mahendra | महेन्द्र Mahendra | सिंह Singh | चंपा Champa | कमला Kamla | राजकुमार Rajkumar
| जगदीश Jagdish | बलवंत Balwant | सरस्वती Saraswati | करण Karan | भगवती Bhagwati | ज्ञान Gyan
| आकाश Akash Aakash | अशोक Ashok | संतोष Santosh | यादव Yadav | शर्मा Sharma | बाबू Babu Baboo
| छोटू Chhotu Chotu | राठौड़ Rathaur | फ़िरोज़ Firoz | ज़हीर Zaheer Zahir | गौरव Gaurav | दीपक Deepak
"""


@pytest.mark.parametrize("row", HINDI.replace("\n", "").split("|"), ids=lambda row: row.split()[1])
def test_a_hindi_name_has_one_key_in_devanagari_and_latin(row):
    found = keys("given", row.split())
    assert len(set(found["key"])) == 1, found.select("raw", "key").rows()


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("राजकुमार", "rajkumar"),
        ("चन्द्र", "chandra"),
        ("न", "na"),
        ("हाँ", "han"),
        ("Ram राम 5", "Ram ram 5"),
        ("Nurlan", "Nurlan"),
    ],
)
def test_devanagari_loses_the_vowel_that_hindi_does_not_speak(text, latin):
    assert in_latin(text) == latin


GEORGIAN = """გელაშვილი Gelashvili gelaSvili | ჭავჭავაძე Chavchavadze WavWavaZe | შოთა Shota SoTa
| ხუციშვილი Khutsishvili xuciSvili Xucishvili | ქეთევანი Ketevani qeTevani Qetevani
| ყვარელაშვილი Qvarelashvili yvarelaSvili | ვაჟა Vazha vaJa
| ღვინიაშვილი Ghviniashvili RviniaSvili"""


@pytest.mark.parametrize(
    "row", GEORGIAN.replace("\n", "").split("|"), ids=lambda row: row.split()[1]
)
def test_a_georgian_name_meets_its_latin_keyboard(row):
    found = keys("surname", row.split())
    assert len(set(found["key"])) == 1, found.select("raw", "key").rows()


@pytest.mark.parametrize("name", ["McDonald", "DeSouza", "deSouza", "LaToya", "Nurlan", "NURLAN"])
def test_capitals_inside_a_name_of_another_language_mean_nothing(name):
    assert keys("surname", [name])["key"][0] == keys("surname", [name.lower()])["key"][0]
