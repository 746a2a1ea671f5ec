"""Hand-written vocabulary: names, places, adjectives, things by topic, synonyms; and small makers of dates and codes."""

from __future__ import annotations

from random import Random

FIRST_NAMES = """Ada Adam Agnes Ahmed Aisha Alan Alba Alice Amara Amir Ana Andrea Anita Anton Arjun Astrid Aya Basil Beatrice
Ben Bianca Boris Brenda Bruno Carla Carlos Cecil Celia Chen Chloe Clara Colin Cora Daisy Dana Daniel Dario Deepa Diego Dina
Dora Duncan Edgar Edith Elena Eli Elias Ella Emil Emma Erik Esther Eva Ezra Fatima Felix Fiona Flora Frank Freya Gareth Gemma
George Gita Gloria Grace Greta Gustav Hana Hannah Harold Harriet Hassan Hazel Hector Heidi Helen Henry Hilda Hugo Ian Ibrahim
Ida Igor Imani Ines Ingrid Irene Iris Isaac Ivan Ivy Jack Jade Jamal James Jana Jasper Jean Joan Joel Jonas Josephine Joy Juan
Judith Julia Kai Karen Karim Karl Kate Keiko Kenji Kira Klaus Kofi Lara Lars Laura Lea Leila Leo Lena Lewis Liam Lila Linda
Linus Lola Louis Lucia Lucy Luis Lydia Mabel Magda Maja Marco Margot Maria Marta Martin Mary Maya Meera Mei Mia Milo Mina Mira
Mona Morgan Nadia Naomi Nasir Nell Nia Nico Nina Noah Nora Oleg Olga Olive Omar Oscar Otto Pablo Paula Pedro Petra Philip Phoebe
Priya Quentin Rachel Rafael Rahul Raj Ravi Rita Robin Rosa Rose Ruben Ruth Salma Sam Samira Sara Sasha Selma Silas Simon Sofia
Stella Sven Tamar Tara Ted Theo Tina Tomas Uma Ursula Vera Victor Viola Wanda Walter Wei Wendy Will Xenia Yara Yusuf Zara Zoe""".split()
LAST_NAMES = """Abbott Adler Ahmad Archer Baker Banks Barrow Bauer Bell Bennett Berg Bishop Black Blake Brook Brown Bush Cardoso
Carter Castle Chan Chapman Clark Cole Cook Cooper Costa Cross Dahl Dale Davies Diaz Doyle Drake Dunn Eaton Egger Ellis Evans
Farrow Fields Fischer Fletcher Flint Ford Foster Fox Frost Garcia Gibson Gray Green Grant Gupta Hale Hansen Harper Hart Hayes
Heath Hill Holm Hughes Hunt Ito Iversen Jansen Jones Kaplan Kaya Keller Kent Khan Kim King Klein Knight Kumar Lake Lane Lang
Larsen Lee Lopez Lowe Marsh Mason May Mehta Meyer Miller Moore Moreno Morris Nash Nilsson Noble North Novak Okafor Olsen Ortiz
Osei Owens Page Palmer Park Parker Patel Pearce Pope Porter Price Quinn Ramos Reed Reyes Rice Rivers Rossi Rowe Russo Sandberg
Santos Sato Schmidt Shah Sharp Shaw Silva Singh Sloan Smith Snow Stone Swan Tanaka Taylor Thorn Turner Underwood Vance Vargas
Vogel Wade Wagner Walsh Ward Weber Wells West White Wolf Wood Yamada Yates Young Zhang Ziegler""".split()
PLACES = """Alderton Amber Valley|Ashford|Bayview|Beech Hill|Bellport|Birchwood|Blackwater|Bridgeton|Brookfield|Camden|Cedar Falls
Clearwater|Clifton|Copper Bay|Dunmore|Eastham|Elmwood|Fairview|Fernhill|Foxton|Glenville|Granville|Greenford|Harbour Point|Hartley
Hazelbrook|Highgate|Hollis|Ironbridge|Juniper Hill|Kingsford|Lakeside|Langley|Linton|Long Reach|Maple Grove|Marston|Meadowbank
Millbrook|Milton|Newhaven|Northgate|Oakdale|Old Harbour|Orchard Park|Pine Ridge|Port Ellen|Queensbury|Redhill|Riverton|Rosedale
Sandown|Seaford|Silverton|Southport|Springfield|Stonebridge|Summerfield|Sunnyside|Thornbury|Underhill|Wakefield|Westbrook|Whitby
Willow Creek|Windham|Winterton|Woodside|Paris|London|Berlin|Madrid|Rome|Lisbon|Vienna|Oslo|Cairo|Tokyo|Delhi|Lima|Nairobi|Toronto
Chicago|Boston|Sydney|Dublin|Athens|Prague|Warsaw|Zurich|Hamburg|Lyon|Porto|Seville|Naples|Turin|Bergen|Helsinki|Riga|Leeds|York
Bristol|Oxford|Geneva|Munich|Austin|Denver|Seattle|Quebec|Lagos|Accra|Osaka|Seoul|Jakarta|Manila|Mumbai""".replace("\n", "|").split("|")
STREETS = """Market Street|Mill Lane|Station Road|High Street|Church Road|River Walk|Park Avenue|Castle Street|Bridge Street|Hill Road
Garden Row|Baker Street|Harbour Lane|Oak Avenue|Elm Street|Chapel Lane|King Street|Queen Street|Forest Drive|Lake Road|Canal Street
Windmill Lane|Orchard Way|School Lane|Victoria Square|Old Town Road|Quay Street|Tower Hill|Meadow Lane|Spring Street""".replace(
    "\n", "|"
).split("|")
COLOURS = """red blue green yellow black white grey brown orange purple pink silver golden beige navy turquoise crimson ivory
violet teal maroon olive scarlet amber charcoal cream bronze copper lilac mustard""".split()
ADJECTIVES = """bright quiet loud soft hard smooth rough heavy light thick thin tall short wide narrow deep shallow warm cold cool
hot fresh stale clean dirty dry wet damp sharp dull shiny plain fancy simple tiny small little large huge giant old new ancient
modern young broken sturdy fragile strong weak cheerful gloomy happy sad proud shy brave gentle fierce calm nervous lazy busy
clever silly wise curious careful careless polite rude honest friendly kind cruel generous greedy patient eager tired sleepy
hungry thirsty sweet sour bitter salty spicy crispy creamy juicy ripe rotten round square flat curved crooked straight hollow solid
empty full open closed loose tight early late quick slow rapid steady sudden rare common usual strange odd funny serious famous
unknown secret public private safe dangerous cheap expensive free precious useful useless perfect faulty noisy silent dusty rusty
muddy foggy sunny rainy windy stormy snowy icy wooden metal plastic leather woollen cotton silk glass paper stone striped spotted
checked patterned faded glossy matte folding portable electric wireless digital manual automatic waterproof rustic vintage antique
elegant cosy spacious compact slim bulky delicate dented cracked scratched torn leaking squeaky wobbly frozen melted burnt painted
polished handmade embroidered quilted velvet floral speckled marbled tidy messy jolly grumpy merry dreamy frosty breezy mellow nimble
stubborn bold timid humble noble loyal fluffy fuzzy prickly slippery sticky stretchy bouncy""".split()

# Topics: the everyday words that belong together. Much of the corpus asks, in many ways, which belongs to which.
TOPICS: dict[str, list[str]] = {
    name: words.split()
    for name, words in {
        "food": "bread cheese soup rice pasta salad sandwich pizza omelette stew noodles pancake sausage butter honey jam biscuit porridge curry dumpling burger toast yoghurt sauce gravy waffle lentils",
        "drinks": "tea coffee juice water milk lemonade cocoa wine beer cider smoothie soda espresso cordial punch latte",
        "fruit": "apple pear plum cherry banana grape peach apricot melon mango lemon lime orange fig kiwi strawberry raspberry blueberry pineapple coconut",
        "vegetables": "carrot onion potato tomato cabbage spinach pepper leek celery broccoli pea bean pumpkin turnip radish lettuce cucumber garlic beetroot parsnip",
        "animals": "dog cat horse cow sheep goat pig rabbit fox wolf bear deer lion tiger elephant monkey mouse squirrel hedgehog badger otter camel donkey giraffe zebra",
        "birds": "sparrow robin eagle owl crow swan duck goose parrot pigeon falcon heron penguin gull wren magpie stork pelican finch",
        "sea": "wave tide harbour sailor anchor ship boat beach island lighthouse crab whale dolphin shark coral shell reef net dock raft",
        "weather": "rain snow wind storm cloud fog frost thunder lightning sunshine hail drizzle breeze heatwave rainbow forecast ice blizzard",
        "garden": "flower seed soil spade rake hedge lawn weed rose tulip daisy compost greenhouse bulb shrub pot hose fence bee mower",
        "kitchen": "pan kettle oven fridge spoon fork knife plate bowl mug toaster whisk sieve grater ladle jug apron stove dishwasher blender",
        "furniture": "chair table sofa bed desk shelf wardrobe cupboard stool bench drawer lamp mirror cabinet mattress bookcase armchair rug",
        "clothes": "shirt coat jacket dress skirt trousers jeans jumper scarf glove hat sock shoe boot belt cardigan blouse sandal pyjamas apron",
        "tools": "hammer screwdriver drill saw spanner pliers nail screw bolt ladder chisel wrench sandpaper clamp axe tape file level",
        "school": "teacher pupil lesson exam homework classroom chalk pencil ruler textbook essay grade term library diploma lecture student university",
        "office": "printer meeting manager email stapler folder invoice deadline report memo calendar colleague contract salary desk promotion agenda",
        "health": "doctor nurse hospital medicine fever cough bandage pill clinic vaccine headache surgery dentist ambulance pharmacy allergy wound plaster",
        "sport": "football tennis goal match referee team coach race medal swimmer racket stadium marathon hockey cricket rugby gym cyclist boxing league",
        "music": "guitar piano violin drum flute trumpet song melody choir concert orchestra singer band chord album rhythm cello harp tune",
        "art": "painting sculpture brush canvas gallery portrait sketch easel museum pottery frame drawing exhibition statue mural palette",
        "travel": "suitcase passport hotel ticket airport map luggage tourist flight visa guidebook hostel souvenir journey cruise border tour",
        "transport": "car bus train bicycle tram taxi lorry van scooter motorbike truck ferry underground engine wheel tyre brake driver",
        "money": "bank coin loan cash wallet price cheque savings debt tax budget interest account payment credit purse fee wage",
        "computers": "keyboard screen mouse laptop password software file website server program printer cable monitor tablet browser code virus backup",
        "phone": "call ringtone battery charger text contact voicemail headset signal app screenshot touchscreen",
        "family": "mother father sister brother aunt uncle cousin grandmother grandfather nephew niece daughter son baby twin wedding husband wife",
        "law": "judge court lawyer trial jury prison crime police thief witness verdict sentence appeal evidence fine",
        "house": "roof door window wall floor ceiling stairs attic cellar chimney balcony kitchen bedroom bathroom garage hallway porch doorbell",
        "nature": "forest river mountain valley lake meadow hill stream waterfall cave desert cliff marsh tree leaf moss rock field",
        "space": "planet star moon rocket comet galaxy telescope astronaut orbit satellite meteor eclipse sun crater",
        "toys": "doll puzzle kite marble balloon puppet teddy dice swing blocks yoyo robot rattle spinning-top",
        "books": "novel chapter author poem page story library cover publisher reader paperback diary plot editor dictionary",
        "farm": "tractor barn hay wheat harvest plough farmer orchard shepherd stable milk crop hen cattle silo scarecrow",
        "cleaning": "broom mop soap bucket sponge duster bleach vacuum detergent towel laundry brush polish bin stain",
        "emotions": "joy anger fear sadness love pride envy hope shame surprise boredom grief worry delight jealousy",
        "jewellery": "ring necklace bracelet earring brooch pearl diamond ruby emerald pendant locket tiara",
        "body": "head arm leg hand foot knee elbow shoulder finger toe nose ear eye mouth back neck wrist ankle",
        "insects": "ant bee wasp butterfly moth beetle fly mosquito ladybird grasshopper dragonfly cricket",
        "theatre": "actor stage curtain play audience costume rehearsal script applause scene director balcony",
        "baking": "flour yeast dough cake oven icing tart muffin pastry cupcake scone sugar pie crust",
        "camping": "tent torch campfire rucksack compass stove trail hammock lantern backpack",
        "photography": "camera lens tripod flash portrait shutter film zoom album filter",
        "energy": "electricity gas solar battery power petrol coal heater boiler socket bulb generator fuel",
        "post": "letter stamp parcel envelope postcard postman address mailbox package courier delivery",
        "time": "clock hour minute morning evening week month year calendar century midnight noon alarm second",
    }.items()
}
NOUNS = sorted({word for words in TOPICS.values() for word in words})
TOPIC_NAMES = sorted(TOPICS)

PRODUCTS = """lamp kettle backpack scooter bicycle chair desk jacket pair of boots|tent camera blender toaster sofa mattress headset
keyboard monitor printer watch necklace teapot blanket cushion rug mirror bookshelf suitcase umbrella guitar drum violin kite puzzle
board game|candle vase notebook fountain pen|raincoat scarf pair of gloves|wool jumper|coffee grinder|water bottle|lunch box|frying pan
garden hose|lawn mower|hammock torch helmet skateboard tennis racket|yoga mat|dumbbell set|phone case|charger power bank|router tablet
laptop speaker microphone projector radio alarm clock|picture frame|curtain pillow towel bathrobe hair dryer|toothbrush shaver
perfume soap bar|tool box|drill ladder paint set|easel sewing machine|bread maker|rice cooker|juicer ice cream maker|cutting board
knife set|wine glass|mug plate set|bird feeder|dog bed|cat tree|fish tank|rabbit hutch|saddle fishing rod|canoe paddle snorkel wetsuit
sledge pair of skis|climbing rope|compass telescope microscope globe atlas model train|doll's house|toy car|teddy bear|train set
rocking horse|crib pushchair high chair|night light|door handle|window blind|radiator ceiling fan|heater smoke alarm|bicycle pump
bell basket lock saddle bag|phone stand|desk lamp|office chair|whiteboard stapler envelope set|calendar wallet belt handbag sun hat""".replace(
    "\n", " "
)
PRODUCTS = [p.strip() for chunk in PRODUCTS.split("|") for p in ([chunk] if len(chunk.split()) <= 3 else chunk.split())]
PRODUCTS = sorted({p for p in PRODUCTS if p not in {"of", "pair", "set", "ice", "cream", "maker", "game", "board", "alarm", "hair", "pen"}})

SYNONYMS: list[list[str]] = [
    group.split("|")
    for group in """big|large|huge|enormous
small|little|tiny
happy|glad|cheerful|pleased
sad|unhappy|gloomy|miserable
angry|furious|cross|annoyed
fast|quick|rapid|speedy
slow|sluggish|unhurried
begin|start|commence
end|finish|stop
buy|purchase|get
sell|offer for sale|trade
help|assist|aid|support
fix|repair|mend
broken|damaged|faulty
send|ship|post|dispatch
cost|price|charge|fee
money back|refund|repayment
shop|store|boutique
parcel|package|delivery
cheap|inexpensive|low-priced
expensive|costly|dear|pricey
easy|simple|straightforward
difficult|hard|tricky
clever|smart|bright|intelligent
stupid|foolish|silly
beautiful|lovely|pretty|gorgeous
ugly|unsightly|hideous
strange|odd|weird|peculiar
tired|weary|exhausted|sleepy
scared|afraid|frightened
brave|bold|courageous
quiet|silent|hushed
loud|noisy|deafening
rich|wealthy|well-off
poor|needy|penniless
old|aged|elderly
new|fresh|recent
clean|spotless|tidy
dirty|filthy|grubby
child|kid|youngster
job|work|occupation
house|home|dwelling
street|road|lane
car|automobile|vehicle
picture|image|photo
doctor|physician|medic
boss|manager|supervisor
friend|pal|mate|buddy
trip|journey|voyage
gift|present
meal|dish|supper
answer|reply|response
ask|enquire|request
look|watch|observe
talk|speak|chat
shout|yell|scream
laugh|giggle|chuckle
cry|weep|sob
run|dash|sprint
walk|stroll|wander
throw|toss|fling
pull|drag|tug
close|shut
choose|pick|select
build|construct|make
destroy|ruin|wreck
allow|permit|let
forbid|ban|prohibit
change|alter|modify
cancel|call off|drop
increase|rise|grow
decrease|drop|fall|shrink
mistake|error|slip
problem|issue|trouble
idea|thought|notion
whole|entire|complete
enough|sufficient|plenty
often|frequently|regularly
rarely|seldom|hardly ever
maybe|perhaps|possibly
sure|certain|confident
wrong|incorrect|mistaken
right|correct|accurate
near|close by|nearby
far|distant|remote
wet|soaked|damp
cold|chilly|freezing
hot|boiling|scorching
hungry|starving|peckish
ill|sick|unwell
polite|courteous|well-mannered
rude|impolite|cheeky
late|delayed|overdue
empty|vacant|bare
wait|hold on|stay
keep|hold|retain
leave|depart|go away
arrive|come|turn up
staff|employees|workers
customer|client|shopper
discount|reduction|price cut
guarantee|warranty
opening hours|business hours|opening times
bill|invoice
booking|reservation
password|passcode
sign in|log in
address|location""".split("\n")
]
OPPOSITES = """big small|hot cold|fast slow|happy sad|old new|young old|open closed|full empty|light dark|heavy light|hard soft|wet dry
early late|long short|high low|near far|rich poor|strong weak|loud quiet|clean dirty|easy difficult|thick thin|wide narrow|deep shallow
sweet bitter|safe dangerous|cheap expensive|true false|right wrong|first last|up down|left right|inside outside|day night|summer winter
buy sell|win lose|begin end|push pull|come go|give take|arrive leave|laugh cry|love hate|remember forget|find lose|sharp blunt
brave cowardly|polite rude|generous greedy|rough smooth|tight loose|ancient modern|public private|above below|before after|always never
increase decrease|borrow lend|question answer|friend enemy|north south|east west|awake asleep|alive dead|tidy messy|front back""".replace(
    "\n", "|"
).split("|")
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NUMBER_WORDS = """two three four five six seven eight nine ten eleven twelve fourteen fifteen twenty thirty forty sixty""".split()
UNITS = "day|week|month|year|hour|minute".split("|")

_ONSETS = "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sh sk sl sn sp st t th tr tw v w y z".split()
_MIDDLES = "a e i o u ai ea ee oa oo ou ar er ir or an en in on un el il al".split()
_ENDS = "b ck d g l ll m n nd nt p r rd rn s sh sk st t th x le ton by ley dor mar vin wick ra na lo mi".split()


def pseudo_word(rng: Random) -> str:
    """A pronounceable word that means nothing: whoever repeats it has copied it."""
    word = "".join(rng.choice(_ONSETS) + rng.choice(_MIDDLES) for _ in range(rng.choice((1, 1, 2))))
    return word + rng.choice(_ENDS) if rng.random() < 0.8 else word + rng.choice(_ONSETS) + rng.choice("aeiou")


def first_name(rng: Random) -> str:
    return rng.choice(FIRST_NAMES) if rng.random() < 0.85 else pseudo_word(rng).capitalize()


def full_name(rng: Random) -> str:
    last = rng.choice(LAST_NAMES) if rng.random() < 0.8 else pseudo_word(rng).capitalize()
    return f"{first_name(rng)} {last}"


def place(rng: Random) -> str:
    return rng.choice(PLACES) if rng.random() < 0.85 else pseudo_word(rng).capitalize()


def adjective(rng: Random) -> str:
    roll = rng.random()
    return rng.choice(ADJECTIVES) if roll < 0.75 else rng.choice(COLOURS) if roll < 0.93 else pseudo_word(rng)


def thing(rng: Random) -> str:
    """A product or noun, most often with an adjective before it."""
    noun = rng.choice(PRODUCTS) if rng.random() < 0.6 else rng.choice(NOUNS)
    if rng.random() < 0.08:
        noun = pseudo_word(rng)
    roll = rng.random()
    if roll < 0.3:
        return noun
    if roll < 0.88 or noun.startswith("pair"):
        return f"{adjective(rng)} {noun}"
    return f"{adjective(rng)} {rng.choice(COLOURS)} {noun}"


def price(rng: Random) -> str:
    whole = rng.choice((rng.randint(1, 20), rng.randint(5, 100), rng.randint(20, 999)))
    cents = rng.choice(("", "", f".{rng.randint(0, 99):02d}", ".50", ".99", ".95"))
    style = rng.random()
    if style < 0.45:
        return f"${whole}{cents}"
    if style < 0.6:
        return f"€{whole}{cents}"
    if style < 0.72:
        return f"£{whole}{cents}"
    if style < 0.84:
        return f"{whole} euros"
    return f"{whole} {rng.choice(('dollars', 'crowns', 'pounds', 'francs', 'coins', 'credits', 'pesos'))}"


def date(rng: Random) -> str:
    day, month = rng.randint(1, 28), rng.choice(MONTHS)
    ending = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}.get(day, "th")
    return rng.choice(
        (
            f"{day} {month}",
            f"{month} {day}",
            f"{month} {day}{ending}",
            f"{day} {month} {rng.randint(1990, 2030)}",
            f"{rng.randint(2018, 2030)}-{rng.randint(1, 12):02d}-{day:02d}",
            rng.choice(DAYS),
            f"{rng.choice(DAYS)} {day} {month}",
            f"{day:02d}/{rng.randint(1, 12):02d}/{rng.randint(2019, 2030)}",
        )
    )


def clock(rng: Random) -> str:
    hour = rng.randint(1, 12)
    return rng.choice(
        (
            f"{hour} {rng.choice(('am', 'pm'))}",
            f"{hour}:{rng.choice(('00', '15', '30', '45'))}",
            f"{rng.randint(0, 23):02d}:{rng.choice(('00', '10', '15', '20', '30', '40', '45', '50'))}",
            f"{hour} o'clock",
            f"half past {rng.choice(NUMBER_WORDS[:10])}",
            "noon",
        )
    )


def code(rng: Random) -> str:
    """Order numbers, vouchers and the like."""
    letters = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(rng.randint(1, 3)))
    digits = "".join(rng.choice("0123456789") for _ in range(rng.randint(3, 6)))
    return rng.choice(
        (
            f"{letters}-{digits}",
            f"{letters}{digits}",
            digits,
            f"#{digits}",
            f"{rng.choice(NOUNS).upper().split('-')[0]}{rng.randint(5, 99)}",
            f"{digits[:2]}-{digits[2:]}{letters}",
        )
    )


def duration(rng: Random) -> str:
    number = rng.randint(2, 30) if rng.random() < 0.7 else rng.choice(NUMBER_WORDS)
    unit = rng.choice(UNITS)
    if rng.random() < 0.12:
        return f"one {unit}"
    return f"{number} {unit}s" if rng.random() < 0.85 else f"{number} working days"


def phone(rng: Random) -> str:
    return rng.choice(("555-{:04d}", "0{:03d} {:04d}", "+{} {:06d}")).format(rng.randint(10, 999), rng.randint(1000, 99999))


def email(rng: Random) -> str:
    return f"{rng.choice(('help', 'info', 'hello', 'sales', 'care', first_name(rng).lower()))}@{pseudo_word(rng)}.{rng.choice(('com', 'org', 'net', 'example'))}"


def article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def sentence(text: str) -> str:
    """First letter large, one stop at the end."""
    text = text[:1].upper() + text[1:]
    return text if text[-1:] in ".?!" else text + "."


def vary(rng: Random, text: str) -> str:
    """How people really type: sometimes without capitals, stop or with a greeting before it."""
    roll = rng.random()
    if roll < 0.08:
        text = text[:1].lower() + text[1:]
    elif roll < 0.14:
        text = text.lower() if not any(ch.isdigit() for ch in text) else text
    if rng.random() < 0.08:
        text = text.rstrip(".?!")
    if rng.random() < 0.05:
        text = rng.choice(("Hi, ", "Hello, ", "Hey, ", "Hi there, ", "Good morning, ", "Excuse me, ", "Please, ", "Quick question: ")) + (
            text[:1].lower() + text[1:] if not text.startswith("I") else text
        )
    return text


def joined(parts: list[str], last: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
