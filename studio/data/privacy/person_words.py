"""Words beside which a name may stand, and capitalised words that are nobody's name."""

UPPER = "A-Z" + "".join(letter for letter in map(chr, range(0xC0, 0x530)) if letter.isupper())
WORD = (
    rf"(?:[{UPPER}]['’][{UPPER}]?[^\W\d_]{{2,24}}|[{UPPER}][^\W\d_]{{1,24}})(?:['’-][{UPPER}][^\W\d_]{{1,24}}){{0,2}}"
    r"(?!\w)"
)
PARTICLE = "van|von|vom|de|der|den|di|da|del|della|la|le|zu|zur|ten|ter|dos|du|el|al|bin|ibn"
NAME = rf"(?:[{UPPER}]\. ){{0,2}}{WORD}(?: (?:(?:{PARTICLE}) ){{0,2}}(?:[{UPPER}]\. )?{WORD}){{0,3}}"
TITLES = (
    r"Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Herr|Herrn|Frau|Madame|Monsieur|Mme|Mlle|Señor|Señora|Señorita|Sra|Srta"
    r"|Signor|Signora|Sig\.ra|Sig|Dott|Dott\.ssa|Mevrouw|Mevr|Mw|Dhr|Meneer|Pani|Panie|Pana|Panu|Senhor|Senhora"
)
SURE_INTRODUCTIONS = (
    r"my name is|my name['’]s|mein name ist|ich heiße|ich heisse|hier (?:spricht|schreibt)|je m['’]appelle|mon nom est"
    r"|me llamo|mi nombre es|le habla|mi chiamo|il mio nome è|mijn naam is|ik heet|nazywam się|mam na imię"
    r"|z tej strony|chamo-me|meu nome é"
)
LIKELY_INTRODUCTIONS = r"i am|i['’]m|je suis|soy|sono|ik ben|jestem|sou"  # a stop, a place or “and” follows
DOUBTFUL_INTRODUCTIONS = r"ich bin|hier ist"  # German writes every noun with a capital: two names must stand there
AFTER = r"(?=\s{0,2}(?:[,.!;:()\n–—]|-\s|$)| (?:and|from|und|aus|von|et|de|y|e|di|en|van|i|z|at|calling|writing)\b)"
ADDRESSED = (  # whom one greets without knowing a name
    "all customer customers client clients team support sir sirs madam madame madam's colleague colleagues everyone"
    " everybody anyone somebody someone folks friend friends guys there member members user users guest guests reader"
    " readers student students parent parents patient patients sales service services hr it admin administrator office"
    " staff manager hiring committee editor board ladies gentlemen god lord santa world again you valued shopper"
    " applicant candidate neighbour neighbor neighbours subscriber partner partners owner tenant resident residents"
    " doctor nurse professor teacher helpdesk desk reception department company crew both mum mom dad grandma grandpa"
    " darling damen herren kunde kundin kunden kundinnen kundenservice herr frau freunde kollegen kolleginnen kollege"
    " kollegin zusammen grüße gruß leser leserin mitglied mitglieder gäste gast nachbarn eltern leute welt doktor"
    " professorin cliente équipe monsieur messieurs mesdames tous toutes tout monde docteur maître amigos amigo"
    " clientes señor señora señores equipo todos doctora signore signora signori klant klanten heer mevrouw collega"
    " collega's mevrouw/meneer lezer iedereen państwo pan pani panie klienci"
)
SENTENCE_WORDS = (  # what begins a sentence, or says what somebody is
    "i we you he she it they my our your his her their this that these those the a an is are was were do does did can"
    " could would should will may might must have has had what when where why how who which please thank thanks"
    " thanking sorry yes no not just in on at to for from of with by as if and or but so also any some every each re"
    " subject regarding about can't cannot don't i'm i've i'd i'll we're we've let need want looking writing hope"
    " hoping unfortunately yesterday today tomorrow tonight good great happy kind best warm regards very sure sad"
    " afraid new old ich wir sie er es mein meine ihr ihre der die das ein eine ist sind war wann wo wie wer bitte"
    " danke vielen könnten können kann haben hat im am um zum zur für von mit bei leider gerne je nous vous il elle"
    " mon ma mes le la les un une est sont pouvez merci comment quand où pourquoi yo usted mi su el los las por qué"
    " cómo cuándo gracias io lei lo gli per come quando dove grazie ik wij u het een kan hoe wat waar wanneer dank"
    " senior junior head chief ceo cto cfo coo director vice president managing lead engineer developer consultant"
    " assistant coordinator officer account project product marketing nurse intern owner founder chairman secretary"
)
CAPITALISED = (  # days, months, peoples, faiths, zodiac
    "monday tuesday wednesday thursday friday saturday sunday january february march july september october november"
    " december montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz juli oktober dezember"
    " christmas easter birthday new year english german french spanish italian dutch polish british american"
    " australian canadian irish scottish welsh indian chinese japanese russian turkish greek portuguese swedish danish"
    " norwegian finnish swiss austrian belgian european african asian mexican brazilian ukrainian czech hungarian"
    " romanian muslim christian catholic jewish hindu buddhist protestant français française allemand allemande"
    " anglais belge suisse español española alemán italiano italiana tedesco nederlander polak polka brit deutsch"
    " deutscher deutsche österreicher schweizer capricorn aquarius pisces taurus gemini leo virgo libra scorpio"
    " sagittarius"
)
THINGS = (  # organisations and machines
    "google microsoft apple amazon windows linux android iphone siri alexa chatgpt openai excel word outlook paypal"
    " gmbh ag ltd inc llc corp plc ug kg bv sarl group foundation university school hospital clinic church hotel bank"
    " ticket order invoice request question frage bestellung rechnung antwort sekunde seite zeile nummer version hilfe"
    " mitte anfang ende platz termin kitty dolly fresh kaffee"
)
NOT_NAMES = frozenset(f"{ADDRESSED} {SENTENCE_WORDS} {CAPITALISED} {THINGS}".split())
BRANDED = (  # with a title before it
    "america bean best bovary butterfly clean coffee doubtfire freeze hauschka holmes hyde jekyll kipling martens"
    " marvel muscle oetker pepper piggy potato right robot scholl scholl's seuss strangelove tussauds universe watson"
    " who world"
)
BRANDS = frozenset(BRANDED.split())
WORDS_TOO = (  # names that are words as well: a plain mention says nothing
    "april art august baker ball banks bauer bell best bill black blanc brown campos case cash chase cook cruz day"
    " dean drew faith field flores frank good grace grand grant gray green grey groß hope jack joy june king klein"
    " knight koch kurz könig lane lang leroy león long luna mar mark may miles page petit price rey rich rivers rose"
    " short sol sommer stone sue summer vogel white will winter wolf wood woods young"
)
ALSO_WORDS = frozenset(WORDS_TOO.split())

RELATIVES = (
    "son daughter child kid boy girl grandson granddaughter grandchild niece nephew brother sister husband wife partner"
    " fiancé fiancée mother father mum mom dad grandmother grandfather toddler"
)
SEVERAL = "sons daughters children kids boys girls twins grandchildren nieces nephews brothers sisters parents"
VERWANDTE = (
    "sohn sohnes tochter kind kindes enkel enkels enkelin enkelkind nichte neffe neffen bruder bruders schwester mann"
    " mannes ehemann ehefrau partner partnerin mutter vater vaters"
)
WHOSE = r"(?:my|our|his|her|their)(?: (?:own|little|older|elder|oldest|eldest|younger|youngest|other|two|three))?"
MEIN = r"(?:mein|unser|ihr|sein)(?:e[mnrs]?)?(?: (?:klein|groß|älter|ältest|jünger|jüngst|beid)e[mnrs]?)?"
YEARS = r"(?:aged? )?\d{1,2}(?: (?:years?(?: old)?|yrs?|months|Jahre?(?: alt)?|J\.|Monate))?"
OWNED = "lesson lessons class teacher exam birthday appointment homework"
OWN_TOO = "mother father mum mom dad parents"
UNWELL = (  # what only a person (or a pet) is or has
    r"(?:is|was|has been|is still|is now) (?:very |quite |off )?(?:ill|sick|unwell|poorly|feverish|in hospital)"
    r"|(?:has|had|has got|caught|has caught) (?:a (?:bad |high |slight )?(?:fever|temperature|cold|cough|sore throat"
    r"|headache|stomach ache|tummy bug)|the flu|(?:the )?(?:measles|chicken ?pox|mumps))"
    r"|(?:has )?(?:broke|broken|hurt|sprained) (?:his|her) "
)
PRACTISES = (  # after “can” or “should” and a name: what only a person does
    r"(?:(?:still|also|always) )?(?:practi[sc]e|attend|enrol|enroll|sing|sleep|cry|read aloud"
    r"|take (?:the |an? |his |her )?(?:grade|exam|lessons?|class(?:es)?))"
)
UNWELL_WORDS = "ill sick unwell poorly feverish hospital fever temperature cold cough throat headache bug flu measles"
UNWELL_MORE = "chickenpox chicken mumps broke broken hurt sprained"
PRACTISES_WORDS = "practise practice attend enrol enroll sing sleep cry aloud grade"
NOBODYS = (  # what an age, a place or an hour of teaching may follow
    "table figure room grade level course courses beginner beginners class step chapter page section part item line"
    " unit building gate floor group team zone block annex appendix python java version phase stage day week year key"
    " piano guitar violin viola cello flute drums drum clarinet trumpet saxophone harp recorder voice theory ballet"
    " judo karate football tennis yoga maths math english science history wi-fi klavier geige gitarre flöte schlagzeug"
    " klarinette trompete gesang turnen schwimmen fußball tabelle abbildung raum zimmer klasse stufe kurs anfänger"
    " kapitel seite teil punkt zeile gruppe gebäude etage haus anlage tag woche jahr today tomorrow yesterday tonight"
    " someone somebody everyone everybody anyone anybody nobody child children women men lady adult adults people"
    " company world let that what here there it he she who one"
)

WORDS_BESIDE = (  # a text without any of these words, or of the phrases below, names nobody by these rules
    "dear hello hi hey hiya morning afternoon evening hallo moin servus guten guter liebe lieber liebes geehrte"
    " geehrter geehrtes bonjour bonsoir salut cher chère chere hola buenos buenas buen estimado estimada querido"
    " querida ciao buongiorno buonasera gentile caro cara egregio beste hoi dag goedemorgen goedemiddag"
    " goedenavond goede dzień cześć witaj drogi droga olá prezado prezada geachte mr mrs ms miss mx dr prof"
    " professor herr herrn frau madame monsieur mme mlle señor señora señorita sra srta signor signora sig dott"
    " mevrouw mevr mw dhr heer meneer pani panie pana panu senhor senhora name naam heiße heisse appelle nom llamo"
    " nombre habla chiamo nome heet nazywam imię strony chamo suis soy sono jestem sou bin hier speaking calling"
    " writing here thank thanks thx cheers best regards sincerely yours dank danke bedankt merci gracias grazie lg"
    " vg mfg gruß grüße grüßen saludos cordialement pozdrawiam born dob birth birthday birthdate geboren geb"
    " geburtsdatum geburtstag né née ne nee naissance nacido nacida nació nací naci nacimiento nato nata nascita"
    " geboortedatum urodzony urodzona ur urodzenia nascido nascida nascimento"
)
FIRST_WORDS = tuple(
    f"{WORDS_BESIDE} {RELATIVES} {SEVERAL} {VERWANDTE} {OWNED} {OWN_TOO} {UNWELL_WORDS} {UNWELL_MORE}"
    f" {PRACTISES_WORDS} years jahre".split()
)
FIRST_PHRASES = (
    "i am ", "i'm ", "i’m ", "ik ben ", "d.o.b", "name's", "name’s", "m'appelle", "m’appelle", "herr ", "sig.",
    "(aged ", *(f"({digit}" for digit in range(1, 10)),
)  # fmt: skip
NO_GIVEN_NAMES = (  # what stands with a capital before a family name and is no given name: titles, trades, first words
    "lady lord sir madam captain coach cousin aunt auntie uncle nurse family familie firma the tell ask call ring phone"
    " email mail write contact inform give send meet see remind invite make take bring pick pay refund cancel book bill"
    " charge show help sign signed visit follow did was were since while until because although though before after"
    " during without like unlike than that's it's he's she's both neither either only even maybe perhaps then also"
    " however still yet once again now here there later soon besides instead anyway otherwise unless whether whose whom"
    " being having booking bookings appointment payment message account address parcel delivery repair job jobs quote"
    " case file note thread reply copy attention attn care name names client patient pupil order re fwd fw aw wg von an"
    " auftrag rechnung brief akte schüler schülerin patientin kollegen frage herrn seit nach vor während ob dass weil"
    " wenn dann auch nur noch schon sagen fragen rufen schreiben geben senden thus suppose except therefore hence"
    " convince assume dearest majesty big little poor young"
)
COUNTRIES = (  # stand with a capital before a name, too: “for Italy Nala needs a chip”
    "albania algeria america argentina australia austria bahrain bangladesh belarus belgium bolivia bosnia brazil"
    " britain bulgaria cambodia cameroon canada chile china colombia croatia cuba cyprus czechia denmark ecuador egypt"
    " england estonia ethiopia europe finland france georgia germany ghana greece greenland guatemala hungary iceland"
    " india indonesia iran iraq ireland israel italy jamaica japan jordan kenya korea kuwait latvia lebanon libya"
    " liechtenstein lithuania luxembourg malaysia malta mexico moldova monaco mongolia montenegro morocco nepal"
    " netherlands nigeria norway oman pakistan panama paraguay peru philippines poland portugal qatar romania russia"
    " scotland senegal serbia singapore slovakia slovenia spain sweden switzerland syria taiwan thailand tunisia turkey"
    " ukraine uruguay venezuela vietnam wales yemen zealand deutschland österreich schweiz frankreich italien spanien"
    " niederlande belgien polen dänemark schweden norwegen england irland portugal griechenland türkei kroatien ungarn"
    " london paris berlin rome madrid vienna dublin edinburgh amsterdam brussels lisbon prague munich hamburg"
)
