"""Who and what there is in Lumria: areas, stations, lists, observers. All of it invented."""

AREAS = (("North", "North"), ("Middle", "Middle"), ("South", "South"))
LISTS = (("1", "Hill List"), ("2", "River List"), ("3", "Harbour List"))
STATIONS_PER_AREA = 14
# Every third station of an area offers electronic voting beside paper.
ELECTRONIC_EVERY = 3

INSTITUTIONS = (
    ("ODIHR", "Office for Democratic Institutions and Human Rights (simulated)"),
    ("PA", "Parliamentary Assembly (simulated)"),
)

# Given name, state, languages. Family names are all “Example”, so that nobody is meant.
OBSERVERS = (
    ("Ana", "PT", ("pt", "en")),
    ("Bo", "SE", ("sv", "en", "ru")),
    ("Carla", "IT", ("it", "en")),
    ("Dmytro", "UA", ("uk", "en", "ru")),
    ("Elif", "TR", ("tr", "en")),
    ("Finn", "FI", ("fi", "en", "ru")),
    ("Giorgi", "GE", ("ka", "en", "ru")),
    ("Hanne", "DK", ("da", "en")),
    ("Ines", "ES", ("es", "en")),
    ("Jana", "CZ", ("cs", "en", "ru")),
    ("Karim", "FR", ("fr", "ar", "en")),
    ("Lena", "DE", ("de", "en", "ru")),
    ("Marek", "PL", ("pl", "en", "ru")),
    ("Nora", "NO", ("no", "en")),
    ("Owen", "IE", ("en",)),
    ("Petra", "AT", ("de", "en")),
    ("Quentin", "BE", ("fr", "nl", "en")),
    ("Rita", "LT", ("lt", "en", "ru")),
    ("Sofia", "GR", ("el", "en")),
    ("Tomas", "SK", ("sk", "en", "ru")),
    ("Ulla", "EE", ("et", "en", "ru")),
    ("Vera", "BG", ("bg", "en", "ru")),
    ("Willem", "NL", ("nl", "en")),
    ("Yana", "LV", ("lv", "en", "ru")),
)
SHORT_TERM_TEAMS = 9
