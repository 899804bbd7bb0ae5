"""Names to keys: which spellings of one name meet, and which names stay apart."""

import re
from pathlib import Path

import pytest

from paragraph8.kernel.problem import Problem
from paragraph8.voterlist.normalise import KINDS, RULES, keys

# Kazakh Cyrillic, then as Russian documents and as passports have it.
KAZAKH = """
Нұрлан Нурлан Nurlan | Әйгерім Айгерим Aigerim | Бауыржан Бауржан Baurzhan | Қайрат Кайрат Kairat |
Ғалым Галым Galym | Жанболат Жанболат Zhanbolat | Шыңғыс Шынгыс Shyngys | Серік Серик Serik |
Ерлан Ерлан Yerlan | Дәурен Даурен Dauren | Қуаныш Куаныш Kuanysh | Мұрат Мурат Murat |
Нұрсұлтан Нурсултан Nursultan | Әлия Алия Aliya | Гүлнәр Гульнар Gulnar | Сәуле Сауле Saule |
Жұмабай Жумабай Zhumabay | Ахмет Ахмет Akhmet | Мұхтар Мухтар Mukhtar | Еңлік Енлик Yenlik |
Қарлығаш Карлыгаш Karlygash | Өмірбек Омирбек Omirbek | Үміт Умит Umit | Тоғжан Тогжан Togzhan |
Әсел Асель Assel | Кенжегүл Кенжегуль Kenzhegul | Бибігүл Бибигуль Bibigul | Рәбиға Рабига Rabiga |
Сұңқар Сункар Sunkar | Жібек Жибек Zhibek | Дінмұхамед Динмухамед Dinmukhamed | Ілияс Ильяс Ilyas |
Мәдина Мадина Madina | Айнұр Айнур Ainur | Ләззат Ляззат Lyazzat | Күләш Куляш Kulyash |
Жаңагүл Жанагуль Zhanagul | Қанат Канат Kanat | Талғат Талгат Talgat | Ермек Ермек Yermek |
Асқар Аскар Askar | Әлихан Алихан Alikhan | Бекзат Бекзат Bekzat | Гүлжан Гульжан Gulzhan |
Дәулет Даулет Daulet | Ержан Ержан Yerzhan | Жандос Жандос Zhandos | Зәуре Зауре Zaure |
Қасым Касым Kassym | Мөлдір Молдир Moldir | Нәзира Назира Nazira | Олжас Олжас Olzhas |
Перизат Перизат Perizat | Рахым Рахим Rakhim | Сәния Сания Saniya | Тұрсын Турсун Tursyn |
Ұлан Улан Ulan | Хадиша Хадиша Khadisha | Шолпан Шолпан Sholpan | Ыбырай Ибрай Ybyrai |
Ақбота Акбота Akbota | Әбдірахман Абдрахман Abdrakhman | Ботагөз Ботагоз Botagoz |
Жәния Жания Zhaniya | Қымбат Кымбат Kymbat | Сейіт Сеит Seit | Мейрамгүл Мейрамгуль Meiramgul |
Айша Айша Aisha | Төлеген Толеген Tolegen | Гүлбаршын Гульбаршин Gulbarshyn |
Тоқаев Токаев Tokayev | Назарбаев Назарбаев Nazarbayev | Әбішев Абишев Abishev |
Жүнісов Жунусов Zhunussov | Қожахметов Кожахметов Kozhakhmetov | Сәтбаев Сатпаев Satpayev |
Байтұрсынов Байтурсынов Baitursynov | Мұқанов Муканов Mukanov | Сейфуллин Сейфуллин Seifullin |
Әуезов Ауэзов Auezov
"""
# Russian Cyrillic, then by BGN/PCGN 1947 and as passports have it.
RUSSIAN = """
Александр Aleksandr Alexander | Наталья Natalya Natalia | Юлия Yuliya Iuliia |
Евгений Yevgeniy Evgenii | Дмитрий Dmitriy Dmitrii | Сергей Sergey Sergei |
Алексей Aleksey Alexei | Андрей Andrey Andrei | Николай Nikolay Nikolai | Пётр Pyotr Petr |
Фёдор Fyodor Fedor | Елена Yelena Elena | Екатерина Yekaterina Ekaterina |
Татьяна Tat'yana Tatiana | Дарья Dar'ya Daria | Ксения Kseniya Xenia | Оксана Oksana Oxana |
Виктор Viktor Victor | Василий Vasiliy Vasilii | Анатолий Anatoliy Anatolii |
Геннадий Gennadiy Gennadii | Юрий Yuriy Iurii | Ильяс Il'yas Ilias | Илья Il'ya Ilia |
Любовь Lyubov' Liubov | Людмила Lyudmila Liudmila | Ольга Ol'ga Olga | Игорь Igor' Igor |
Мария Mariya Mariia | Анастасия Anastasiya Anastasiia | Яна Yana Iana | Ярослав Yaroslav Iaroslav |
Эльмира El'mira Elmira | Жанна Zhanna Zhanna | Михаил Mikhail Mikhail |
Владимир Vladimir Vladimir | Артём Artyom Artem | Семён Semyon Semen | Алёна Alyona Alena |
Софья Sof'ya Sofia | Хасан Khasan Khasan | Кузнецов Kuznetsov Kuznetcov |
Щербаков Shcherbakov Shcherbakov | Васильев Vasil'yev Vasilev | Соловьёв Solovyov Solovev |
Чайковский Chaykovskiy Chaikovskii | Андреев Andreyev Andreev | Цой Tsoy Tsoi |
Зайцев Zaytsev Zaitcev | Ильин Il'in Ilin | Воробьёв Vorob'yev Vorobev |
Григорьев Grigor'yev Grigorev | Беляев Belyayev Beliaev | Юсупов Yusupov Iusupov |
Тюленев Tyulenev Tiulenev | Ёлкин Yolkin Elkin | Хрущёв Khrushchev Khrushchev |
Шульц Shul'ts Schulz | Шмидт Shmidt Schmidt | Подъячев Pod"yachev Podiachev
"""
# Letters that the systems write alike, then those of the three Kazakh Latin alphabets and of BGN.
ALIKE = "а=a б=b в=v г=g д=d е=e з=z к=k л=l м=m н=n о=o п=p р=r с=s т=t ф=f э=e ц=ts"
LATIN_2017 = f"""{ALIKE} ә=a' ғ=g' қ=q ң=n' ө=o' ұ=u ү=u' і=i һ=h х=h ж=j у=y' ш=s' ч=c' ы=y й=i'
и=i' я=i'a ю=i'y' щ=s' ъ= ь= ё=e"""
LATIN_2018 = f"""{ALIKE} ә=á ғ=ǵ қ=q ң=ń ө=ó ұ=u ү=ú і=i һ=h х=h ж=j у=ý ш=sh ч=ch ы=y й=ı и=ı
я=ıa ю=ıý щ=sh ъ= ь= ё=e"""
LATIN_2021 = f"""{ALIKE} ә=ä ғ=ğ қ=q ң=ñ ө=ö ұ=ū ү=ü і=ı һ=h х=h ж=j у=u ш=ş ч=ch ы=y й=i и=i
я=ia ю=iu щ=ş ъ= ь= ё=e"""
BGN = f"""{ALIKE} ә=ä ғ=gh қ=q ң=ng ө=ö ұ=u ү=ü і=i һ=h х=kh ж=zh у=u ш=sh ч=ch ы=y й=y и=i я=ya
ю=yu щ=shch ъ=" ь=' ё=yo"""
# What does not meet: other words than the first, or letters that no rule may take for others.
APART = """
Ляззат Lyazzat Куляш Kulyash Ибрай Турсун Абдрахман Abdrakhman Жунусов Zhunussov Сатпаев Satpayev
Yenglik Sungqar Zhangagül Alexander Yolkin
"""


def rows(table: str) -> list[list[str]]:
    return [row.split() for row in table.replace("\n", "").split("|")]


def spelled(name: str, system: str) -> str:
    letters = dict(pair.split("=") for pair in system.split())
    if system is BGN:
        name = re.sub("(^|[аеиоуэюяәөұүіы])е", r"\1ye", name.lower())
    return "".join(letters.get(letter, letter) for letter in name.lower()).capitalize()


def conventions() -> list[list[str]]:
    systems = (LATIN_2017, LATIN_2018, LATIN_2021, BGN)
    kazakh = [row + [spelled(row[0], system) for system in systems] for row in rows(KAZAKH)]
    return kazakh + [[*row, spelled(row[0], LATIN_2021)] for row in rows(RUSSIAN)]


def key_of(kind: str, raw: str | None) -> str:
    return str(keys(kind, [raw])["key"][0])


def root_of(kind: str, raw: str | None) -> str:
    return str(keys(kind, [raw])["root"][0])


# Spellings of one name


def test_spellings_of_one_name_meet_in_one_key():
    table = conventions()
    forms = sorted({form for row in table for form in row})
    key = dict(keys("given", forms).select("raw", "key").iter_rows())
    assert {form for row in table for form in row if key[form] != key[row[0]]} == set(APART.split())


def test_the_table_of_spellings_is_as_large_as_the_page_says():
    table = conventions()
    assert (len(rows(KAZAKH)), len(rows(RUSSIAN))) == (80, 60)
    assert sum(len(row) - 1 for row in table) == 660
    meeting = [row for row in table if not set(APART.split()) & set(row)]
    page = (Path(__file__).parents[2] / "docs/explanation/names-and-keys.md").read_text("utf-8")
    assert f"{len(meeting)} of {len(table)} names" in page
    assert f"{660 - len(APART.split())} of 660 spellings" in page


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ("Куляш", "Күләш"),
        ("Ляззат", "Ләззат"),
        ("Alexander", "Александр"),
        ("Julia", "Юлия"),
        ("Ludmila", "Людмила"),
    ],
)
def test_roots_of_given_names_meet_where_keys_do_not(given, same):
    assert key_of("given", given) != key_of("given", same)
    assert root_of("given", given) == root_of("given", same)


@pytest.mark.parametrize(
    ("raw", "same"),
    [
        ("  НҰРЛАН ", "Нұрлан"),
        ("Нур-Султан", "Нурсултан"),
        ("Нур Султан", "Нурсултан"),
        ("Мар'яна", "Марьяна"),
        ("И\u0306од", "Йод"),  # decomposed
        ("Nataliya\u200b", "Nataliya"),
        ("ЕЛЕHА", "Елена"),  # Latin H
        ("Cавва", "Савва"),  # Latin C
        ("Жанap", "Жанар"),  # Latin a and p
        ("Bахтияр", "Вахтияр"),  # Latin B
        ("Nurlаn", "Nurlan"),  # Cyrillic а
        ("С0ня", "Соня"),
        ("0льга", "Ольга"),
        ("Nur1an", "Nurlan"),
        ("Васильев", "Vassilyev"),
        ("Kuznecov", "Кузнецов"),
        ("Ljubov", "Любовь"),
        ("Sergej", "Сергей"),
        ("Baxtiyor", "Бахтиёр"),
        ("Cəfər", "Джафар"),
        ("Xasan", "Хасан"),
        ("Шукрулло", "Shukrullo"),
    ],
)
def test_slips_and_customs_of_writing_meet(raw, same):
    assert key_of("given", raw) == key_of("given", same)


@pytest.mark.parametrize(
    ("raw", "script", "mixed", "unknown"),
    [
        ("Нұрлан", "cyrillic", False, 0),
        ("Nurlan", "latin", False, 0),
        ("გიორგი", "georgian", False, 0),
        ("Հակոբ", "armenian", False, 0),
        ("محمد", "arabic", False, 0),
        ("Γιώργος", "greek", False, 0),
        ("राहुल", "devanagari", False, 0),
        ("김", "other", False, 0),
        ("Нурлaн", "cyrillic", True, 0),
        ("Nurlan Нурлан Нур", "cyrillic", False, 0),  # two scripts, but not in one word
        ("12", "none", False, 0),
        ("", "none", False, 0),
        ("Нур\U0002028d", "cyrillic", True, 1),  # a rare Chinese sign
    ],
)
def test_scripts_and_unknown_letters_are_told(raw, script, mixed, unknown):
    row = keys("given", [raw]).row(0, named=True)
    assert (row["script"], row["mixed"], row["unknown"]) == (script, mixed, unknown)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "raw", [None, "", " ", "-", "...", "нет", "HЕТ", "Жоқ", "жoқ", "n/a", "NULL", "None", "?"]
)
def test_a_cell_that_says_nothing_has_no_key(kind, raw):
    row = keys(kind, [raw]).row(0, named=True)
    assert (row["raw"], row["key"], row["root"]) == (raw, "", "")


def test_names_that_look_like_words_for_nothing_are_names():
    assert [key_of("surname", raw) for raw in ("Но", "На", "Ан", "Нил")] == [
        "no",
        "na",
        "an",
        "nil",
    ]


def test_an_unknown_kind_is_refused():
    with pytest.raises(Problem) as raised:
        keys("nickname", ["Иван"])
    assert raised.value.code == "analysis.bad_parameter"


def test_no_values_give_no_rows():
    assert keys("surname", []).height == 0


# Different names

KAZAKH_GIVEN = """
Айгерим Айгуль Айжан Айнур Айсулу Айша Акбота Алия Алмагуль Аружан Асель Асем Баян Ботагоз Гаухар
Гульмира Гульнар Гульжан Дана Данель Динара Жанар Жанель Жанна Жибек Зарина Зауре Инкар Камила
Карлыгаш Лаура Маржан Меруерт Мадина Назгуль Назым Перизат Сабина Салтанат Самал Сауле Толкын
Улжан Шолпан Абай Абылай Азамат Айдар Айбек Акылбек Алихан Алмас Амир Арман Арсен Асан Асет Асхат
Аскар Аян Бакыт Бауыржан Бекзат Берик Болат Габит Галым Данияр Дамир Дархан Даулет Даурен Диас
Досым Думан Ерболат Ержан Еркин Ерлан Ермек Ернар Есен Жанат Жандос Жасулан Жомарт Ильяс Кайрат
Канат Касым Куаныш Мади Максат Марат Мейрам Мирас Мурат Мухтар Нурбол Нуржан Нурлан Нурсултан
Олжас Рахим Рустем Рустам Сабит Саян Самат Санжар Серик Султан Талгат Тимур Тлек Турар Улан Шынгыс
Чингиз Ыбырай Ибрагим
"""
RUSSIAN_GIVEN = """
Александр Александра Алексей Алла Алёна Альберт Анастасия Анатолий Андрей Анжела Анна Антон
Антонина Аркадий Артём Артур Борис Вадим Валентин Валентина Валерий Валерия Василий Василиса Вера
Вероника Виктор Виктория Виталий Владимир Владислав Всеволод Вячеслав Галина Геннадий Георгий
Григорий Дарья Денис Диана Дмитрий Ева Евгений Евгения Екатерина Елена Елизавета Ефим Жанна Захар
Зинаида Зоя Иван Игорь Илья Инна Ирина Карина Кирилл Клавдия Константин Кристина Ксения Лариса Лев
Леонид Лидия Любовь Людмила Майя Макар Максим Маргарита Марина Мария Марк Матвей Михаил Надежда
Наталья Никита Николай Нина Оксана Олег Олеся Ольга Павел Пётр Полина Раиса Регина Роман Руслан
Светлана Семён Сергей Софья Станислав Степан Таисия Тамара Татьяна Тимофей Ульяна Фёдор Филипп
Эдуард Элина Элла Эльвира Эмма Юлия Юрий Яков Яна Ярослав
"""
GEORGIAN_GIVEN = """
გიორგი დავითი ლევანი ზურაბი თამარი ნინო მარიამი ანა ეკატერინე მაია ნანა ნათია თეა ქეთევანი სოფიო
ირაკლი ლაშა ვახტანგი მამუკა თემური ავთანდილი შალვა ზაზა გელა თორნიკე საბა ლუკა ნიკოლოზი მიხეილი
ალექსანდრე ბესიკი ვაჟა გოჩა მერაბი ნოდარი ოთარი რევაზი როინი შოთა ჯემალი ლია ლალი ლელა ხათუნა
ეთერი მზია ნაირა ნელი მანანა ირმა ხატია სალომე ელენე
"""
TURKISH_GIVEN = """
Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Ömer Ramazan Halil
Süleyman Abdullah Mahmut Recep Salih Fatih Kadir Emre Hakan Adem Kemal Yaşar Bekir Musa Metin
Bayram Serkan Orhan Burak Furkan Gökhan Uğur Yakup Fatma Ayşe Emine Hatice Zeynep Elif Meryem
Şerife Sultan Zehra Hanife Merve Havva Zeliha Esra Hacer Fadime Hülya Özlem Yasemin Tuğba Derya
Leyla Melek Sevgi Dilek Gülsüm Büşra Rabia Songül
"""
ENGLISH_GIVEN = """
James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard
Susan Joseph Jessica Thomas Sarah Christopher Karen Charles Lisa Daniel Nancy Matthew Betty
Anthony Sandra Mark Margaret Donald Ashley Steven Kimberly Andrew Emily Paul Donna Joshua Michelle
Kenneth Carol Kevin Amanda Brian Melissa George Deborah Timothy Stephanie Ronald Rebecca Jason
Sharon Edward Laura Jeffrey Cynthia Ryan Dorothy Jacob Amy Gary Kathleen Nicholas Angela Eric
Shirley Jonathan Emma Stephen Brenda Larry Pamela Justin Nicole Scott Anna
"""
RUSSIAN_SURNAMES = """
Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков
Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин
Захаров Зайцев Соловьёв Борисов Яковлев Григорьев Романов Воробьёв Сергеев Кузьмин Фролов
Александров Дмитриев Королёв Гусев Киселёв Ильин Максимов Поляков Сорокин Виноградов Ковалёв Белов
Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров Давыдов Беляев Герасимов Богданов Осипов
Сидоров Матвеев Титов Марков Миронов Крылов Куликов Карпов Власов Мельников Денисов Гаврилов
Тихонов Казаков Афанасьев Данилов Савельев Тимофеев Фомин Чернов Абрамов Мартынов Ефимов Федотов
Щербаков Назаров Калинин Исаев Чернышёв Быков Маслов Родионов Коновалов Лазарев Воронин Климов
Филатов Пономарёв Голубев Кудрявцев Прохоров Наумов Потапов Журавлёв Овчинников Трофимов Леонов
Соболев Ермаков Колесников Гончаров Емельянов Никифоров Грачёв Котов Гришин Ефремов Архипов Громов
Кириллов Малышев Панов Моисеев Румянцев Акимов
"""
KAZAKH_SURNAMES = """
Ахметов Омаров Оспанов Ибраев Сулейменов Исмагулов Нурланов Серикбаев Жумабаев Абдрахманов Калиев
Касымов Алиев Искаков Садыков Рахимов Мусин Смагулов Кенжебаев Байжанов Жунусов Тулегенов
Бекмухамбетов Досжанов Ержанов Есенов Молдабеков Токаев Тажин Утегенов Шаймерденов Абишев Айтжанов
Амангельдиев Байбеков Бекенов Ермеков Жакупов Исаев Каримов Кусаинов Мукашев Мустафин Мухамеджанов
Назарбаев Сагинтаев Сатыбалдиев Таубаев Турсунов Кулибаев
"""
GEORGIAN_SURNAMES = """
ბერიძე კაპანაძე გელაშვილი მაისურაძე გიორგაძე ლომიძე წიკლაური ხუციშვილი კვარაცხელია ნოზაძე
ხარაიშვილი მამულაშვილი სვანიძე ჯავახიშვილი დვალი შენგელია ჩხეიძე აბაშიძე კობახიძე წერეთელი
ჭავჭავაძე მახარაძე
"""
DIFFERENT = {
    "given": (KAZAKH_GIVEN, RUSSIAN_GIVEN, GEORGIAN_GIVEN, TURKISH_GIVEN, ENGLISH_GIVEN),
    "surname": (RUSSIAN_SURNAMES, KAZAKH_SURNAMES, GEORGIAN_SURNAMES),
}


@pytest.mark.parametrize("kind", DIFFERENT)
@pytest.mark.parametrize("column", ["key", "root"])
def test_frequent_names_of_one_language_stay_apart(kind, column):
    for names in DIFFERENT[kind]:
        found = keys(kind, names.split())[column]
        assert found.is_unique().all(), found.filter(~found.is_unique()).to_list()


def test_the_page_says_how_many_frequent_names_there_are():
    page = (Path(__file__).parents[2] / "docs/explanation/names-and-keys.md").read_text("utf-8")
    given, surnames = (sum(len(names.split()) for names in DIFFERENT[kind]) for kind in DIFFERENT)
    assert f"{given} frequent given names in five languages and {surnames} surnames" in page


# The page names these: two names to some, one to us.
MERGED = """Даниил Данил | Мария Марья | Дарья Дария | Наталья Наталия | Гавриил Гаврил | Lee Li
| Love Lowe | Brian Bryan | Acar Akar | Ildız Yıldız | Жанна Жаңа | Құл Күл
| Алы Әлі | Кен Кең | Сейт Сейіт | ლობჟანიძე ლობჯანიძე | زكي ذكي | 王 汪"""


@pytest.mark.parametrize(("one", "other"), rows(MERGED))
def test_the_page_names_the_names_that_merge(one, other):
    assert key_of("given", one) == key_of("given", other)
    page = (Path(__file__).parents[2] / "docs/explanation/names-and-keys.md").read_text("utf-8")
    assert one in page
    assert other in page


# Roots

FAMILY = """Жанболатов Жанболатова Жанболат Джанболатов Жанболатұлы Zhanbolatuly Janbolatqyzy
| Иванов Иванова Ивановна Иванов-Петров Иванова(Петрова) | Абаев Абаева Абай Абайұлы
| Жұмағалиев Жумагалиева Жұмағали | Толстой Толстая | Белый Белая | Чайковский Чайковская
| Троцкий Троцкая | Серікқызы Серік Серикова | Мамедов Мамедова | Rzayev Rzayeva Рзаев
| Мусаев Мусаева Муса"""


@pytest.mark.parametrize("family", rows(FAMILY), ids=lambda family: family[0])
def test_endings_of_sex_and_origin_do_not_part_a_family(family):
    assert {root_of("surname", name) for name in family} == {root_of("surname", family[0])}


@pytest.mark.parametrize(
    ("surname", "root"),
    [
        ("Ли", "li"),
        ("Юн", "iun"),
        ("Цой", "coi"),
        ("Ева", "eva"),
        ("Гелашвили", "gelashvili"),
        ("van de Berg", "berg"),
        ("Мамед оглы", "mamed"),
        ("де", "de"),
    ],
)
def test_a_root_keeps_three_letters_and_a_name_of_its_own(surname, root):
    assert root_of("surname", surname) == root


FATHERS = """Нұрлан: Нұрланұлы Нұрланқызы Нурланович Нурлановна Nurlanuly Nurlanqyzy Нұрлан_ұлы
Nurlan_qyzy Нурлан_оглы Нурлан_уулу Nurlan_o'g'li
| Серік: Серікұлы Серікқызы СЕРІКҚЫЗЫ Серикович Serikkyzy Serik_kyzy
| Абай: Абайұлы Абаевич Абаевна | Муса: Мусаұлы Мусаевич Мусаевна | Әли: Алиевич Әлиқызы Əliyeviç
| Сергей: Сергеевич Сергеевна Sergeyevich Sergeevna | Василий: Васильевич Васильевна Vasilevna
| Дмитрий: Дмитриевич Дмитриевна | Юрий: Юрьевич Юрьевна Yuryevna | Игорь: Игоревич Igorevna
| Илья: Ильич Ильинична | Павел: Павлович Павловна | Лев: Львович Львовна | Пётр: Петрович Petrovna
| Яков: Яковлевич Яковлевна | Никита: Никитич Никитична | Михаил: Михайлович Михайловна
| Александр: Александрович Aleksandrovna | Виталий: Витальевич | გიორგი: გიორგის_ძე გიორგის_ასული
| Вагиф: Вагиф_оглы Vagif_oğlu Vagif_qızı Вагифович | Күләш: Куляшұлы"""


@pytest.mark.parametrize("row", FATHERS.replace("\n", " ").split("|"))
def test_the_root_of_a_patronymic_is_the_fathers_given_name(row):
    father, _, patronymics = row.partition(":")
    for patronymic in (
        patronymics.replace("_", " ").split()
        if "_" not in patronymics
        else [each.replace("_", " ") for each in patronymics.split()]
    ):
        assert root_of("patronymic", patronymic) == root_of("given", father), patronymic


def test_a_bare_fathers_name_is_its_own_root():
    assert root_of("patronymic", "Болат") == key_of("given", "Болат") == "bolat"


# What a report prints


def test_every_rule_has_an_id_and_a_sentence_and_stands_on_the_page():
    page = (Path(__file__).parents[2] / "docs/explanation/names-and-keys.md").read_text("utf-8")
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.sentence.endswith(".")
        assert f"{rule.id} | {rule.sentence}" in page


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Ахметжанов", "AKHMETZHANOV"),
        ("Муратжан", "Muratzhan"),
        ("Сейтжанова", "SEITZHANOVA"),
        ("Лутц", "Lutz"),
    ],
)
def test_t_before_zh_is_not_ts(cyrillic, latin):
    assert keys("surname", [cyrillic])["key"][0] == keys("surname", [latin])["key"][0]
