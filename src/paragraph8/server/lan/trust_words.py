"""What the page of trust says, in each of its languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Steps:
    """What the owner of one kind of device does, and what is worth knowing before."""

    title: str
    note: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """The page in one language. `{link}` in a step is the link to the file."""

    language: str
    name: str
    direction: str
    lead: str
    before: str
    compare_title: str
    compare: str
    certificate: str
    row: str
    download: str
    profile: str
    devices: tuple[Steps, ...]
    open_title: str
    open_text: str
    after_title: str
    after: str


ENGLISH = Words(
    language="en",
    name="English",
    direction="ltr",
    lead="Trust the server of this network",
    before=(
        "This server works without the internet. Your connection to it is protected only after you "
        "have told your device once to trust the server's certificate. It takes three minutes."
    ),
    compare_title="Compare first",
    compare=(
        "Ask a coordinator to read the fingerprint (SHA-256) aloud from the server's own screen. "
        "Compare it with the fingerprint that your device shows for the downloaded file, not only "
        "with this page: whoever disturbs the network could change this page. If one group "
        "differs, do not install the file, and tell the coordinator."
    ),
    certificate="Certificate",
    row="Row",
    download="Download the certificate",
    profile="Download the profile for iPhone and iPad",
    devices=(
        Steps(
            "Android phone",
            "Use Chrome. The phone asks for a screen lock and warns that the network may be "
            "monitored; this certificate works only for addresses of local networks.",
            (
                "{certificate}",
                "Open Settings and search for “CA certificate” (Security, More security settings, "
                "Encryption and credentials, Install a certificate).",
                "Choose “CA certificate”, “Install anyway”, and the file in Downloads.",
                "Under “Trusted credentials”, “User”, open the new entry and compare the "
                "fingerprint.",
            ),
        ),
        Steps(
            "iPhone and iPad",
            "Use Safari. Both parts are needed: installing and switching on.",
            (
                "{profile} and choose “Allow”.",
                "Open Settings, “Profile Downloaded”, then “More Details”; compare the "
                "fingerprint, then “Install”.",
                "Settings, General, About, Certificate Trust Settings: switch the certificate on.",
            ),
        ),
        Steps(
            "Laptop",
            "Firefox keeps its own list: see the last line.",
            (
                "{certificate}",
                "Windows: open the file, see Details for the fingerprint, then “Install "
                "Certificate”, “Current User”, “Trusted Root Certification Authorities”.",
                "macOS: open the file in Keychain Access, open the entry, compare, and under "
                "“Trust” choose “Always Trust”.",
                "Linux with Chrome: Settings, Privacy and security, Security, Manage "
                "certificates, Import.",
                "Firefox on any system: Settings, Privacy & Security, View Certificates, "
                "Authorities, Import, “Trust this CA to identify websites”.",
            ),
        ),
    ),
    open_title="Then open the server",
    open_text="There must be no warning. If there is one, do not go on; ask the coordinator.",
    after_title="After the mission",
    after=(
        "Remove the certificate in the same place. It ends by itself two years after it was made."
    ),
)

RUSSIAN = Words(
    language="ru",
    name="Русский",
    direction="ltr",
    lead="Доверие серверу этой сети",
    before=(
        "Этот сервер работает без интернета. Связь с ним защищена только после того, как вы один "
        "раз укажете устройству доверять сертификату сервера. Это займёт три минуты."
    ),
    compare_title="Сначала сверьте",
    compare=(
        "Попросите координатора прочитать вслух отпечаток (SHA-256) с экрана самого сервера. "
        "Сверьте его с отпечатком, который ваше устройство показывает для загруженного файла, а не "
        "только с этой страницей: тот, кто вмешался в сеть, мог изменить и её. Если отличается "
        "хотя бы одна группа, не устанавливайте файл и сообщите координатору."
    ),
    certificate="Сертификат",
    row="Строка",
    download="Скачать сертификат",
    profile="Скачать профиль для iPhone и iPad",
    devices=(
        Steps(
            "Телефон Android",
            "Откройте страницу в Chrome. Телефон потребует блокировку экрана и предупредит, что "
            "сеть может отслеживаться; этот сертификат действует только для адресов местных сетей.",
            (
                "{certificate}",
                "Откройте «Настройки» и найдите «Сертификат ЦС» (Безопасность, Другие настройки "
                "безопасности, Шифрование и учётные данные, Установка сертификата).",
                "Выберите «Сертификат ЦС», «Всё равно установить» и файл в папке «Загрузки».",
                "В разделе «Надёжные сертификаты», «Пользователь», откройте новую запись и "
                "сверьте отпечаток.",
            ),
        ),
        Steps(
            "iPhone и iPad",
            "Откройте страницу в Safari. Нужны оба шага: установить и включить.",
            (
                "{profile} и нажмите «Разрешить».",
                "Откройте «Настройки», «Профиль загружен», «Подробнее»; сверьте отпечаток, "
                "затем «Установить».",
                "«Настройки», «Основные», «Об этом устройстве», «Доверие сертификатам»: включите "
                "сертификат.",
            ),
        ),
        Steps(
            "Ноутбук",
            "У Firefox свой список: см. последнюю строку.",
            (
                "{certificate}",
                "Windows: откройте файл, посмотрите отпечаток на вкладке «Состав», затем "
                "«Установить сертификат», «Текущий пользователь», «Доверенные корневые центры "
                "сертификации».",
                "macOS: откройте файл в «Связке ключей», откройте запись, сверьте и в разделе "
                "«Доверие» выберите «Всегда доверять».",
                "Linux с Chrome: Настройки, Конфиденциальность и безопасность, Безопасность, "
                "Настроить сертификаты, Импорт.",
                "Firefox в любой системе: Настройки, Приватность и защита, Просмотр сертификатов, "
                "Центры сертификации, Импортировать, «Доверять при идентификации веб-сайтов».",
            ),
        ),
    ),
    open_title="Затем откройте сервер",
    open_text=(
        "Предупреждения быть не должно. Если оно есть, не продолжайте и спросите координатора."
    ),
    after_title="После миссии",
    after=(
        "Удалите сертификат там же, где установили. Через два года после создания он перестанет "
        "действовать сам."
    ),
)

KAZAKH = Words(
    language="kk",
    name="Қазақша",
    direction="ltr",
    lead="Осы желінің серверіне сенім білдіру",
    before=(
        "Бұл сервер интернетсіз жұмыс істейді. Құрылғыңызға сервердің сертификатына сенуді бір рет "
        "көрсеткеннен кейін ғана байланыс қорғалады. Бұған үш минут кетеді."
    ),
    compare_title="Алдымен салыстырыңыз",
    compare=(
        "Координатордан сервердің өз экранындағы бақылау ізін (SHA-256) дауыстап оқуды сұраңыз. "
        "Оны осы бетпен ғана емес, құрылғыңыз жүктелген файл үшін көрсететін ізбен салыстырыңыз: "
        "желіге араласқан адам бұл бетті де өзгерте алады. Бір топ болса да өзгеше болса, файлды "
        "орнатпаңыз және координаторға айтыңыз."
    ),
    certificate="Сертификат",
    row="Жол",
    download="Сертификатты жүктеп алу",
    profile="iPhone және iPad үшін профильді жүктеп алу",
    devices=(
        Steps(
            "Android телефоны",
            "Chrome браузерін пайдаланыңыз. Телефон экран құлпын сұрайды және желі бақылануы "
            "мүмкін деп ескертеді; бұл сертификат тек жергілікті желі мекенжайларына жарайды.",
            (
                "{certificate}",
                "«Параметрлер» ішінен «CA сертификаты» деп іздеңіз (Қауіпсіздік, Қосымша "
                "қауіпсіздік параметрлері, Шифрлау және тіркелу деректері, Сертификат орнату).",
                "«CA сертификаты», «Бәрібір орнату» дегенді және «Жүктемелер» қалтасындағы файлды "
                "таңдаңыз.",
                "«Сенімді тіркелу деректері», «Пайдаланушы» бөлімінде жаңа жазбаны ашып, ізді "
                "салыстырыңыз.",
            ),
        ),
        Steps(
            "iPhone және iPad",
            "Safari браузерін пайдаланыңыз. Екі қадам да керек: орнату және қосу.",
            (
                "{profile} және «Рұқсат ету» түймесін басыңыз.",
                "«Параметрлер», «Профиль жүктелді», «Толығырақ» бөлімін ашып, ізді салыстырыңыз, "
                "содан кейін «Орнату» түймесін басыңыз.",
                "«Параметрлер», «Жалпы», «Құрылғы туралы», «Сертификатқа сенім»: сертификатты "
                "қосыңыз.",
            ),
        ),
        Steps(
            "Ноутбук",
            "Firefox-тың өз тізімі бар: соңғы жолды қараңыз.",
            (
                "{certificate}",
                "Windows: файлды ашып, ізді салыстырыңыз, содан кейін «Сертификатты орнату», "
                "«Ағымдағы пайдаланушы», «Сенімді түбірлік сертификаттау орталықтары».",
                "macOS: файлды Keychain Access ішінде ашып, жазбаны ашыңыз, салыстырыңыз және "
                "«Trust» бөлімінде «Always Trust» таңдаңыз.",
                "Chrome бар Linux: Параметрлер, Құпиялық және қауіпсіздік, Қауіпсіздік, "
                "Сертификаттарды басқару, Импорттау.",
                "Кез келген жүйедегі Firefox: Баптаулар, Жекелік және қауіпсіздік, Сертификаттарды "
                "қарау, Authorities, Import, «Trust this CA to identify websites».",
            ),
        ),
    ),
    open_title="Содан кейін серверді ашыңыз",
    open_text=("Ескерту болмауы керек. Ескерту шықса, әрі қарай жүрмеңіз, координатордан сұраңыз."),
    after_title="Миссиядан кейін",
    after=(
        "Сертификатты орнатқан жерден өшіріңіз. Жасалғанына екі жыл толғанда ол өздігінен "
        "күшін жояды."
    ),
)

LANGUAGES = {words.language: words for words in (ENGLISH, RUSSIAN, KAZAKH)}
