"""Words that name groups of people, by language. Single words that mean people in nearly every use; no judgement.

A word stands once within a language. Left out on purpose: words of two meanings (German “sie”, French “il”), and
those of openings that address nobody (“Dear Sir or Madam”, “Damen und Herren”, “Messieurs”).
"""

GROUPS: dict[str, dict[str, str]] = {
    "women": {
        "English": "woman women female females she her hers herself mother mothers mum mom daughter daughters sister"
        " sisters wife wives girl girls lady ladies grandmother aunt mrs ms pregnant pregnancy",
        "German": "frau frauen weiblich weibliche weiblichen mutter mütter tochter töchter schwester schwestern ehefrau"
        " mädchen dame großmutter oma tante schwanger schwangere schwangerschaft",
        "French": "femme femmes féminin féminine mère mères fille filles soeur sœur soeurs sœurs épouse madame mme"
        " dame dames grand-mère tante enceinte grossesse",
        "Spanish": "mujer mujeres femenino femenina madre madres hija hijas hermana hermanas esposa niña niñas señora"
        " señoras sra abuela tía embarazada embarazo",
    },
    "men": {
        "English": "man men male males he him his himself father fathers dad son sons brother brothers husband husbands"
        " boy boys gentleman gentlemen grandfather uncle mr",
        "German": "mann männer männlich männliche männlichen vater väter sohn söhne bruder brüder ehemann junge jungen"
        " herr herrn großvater opa onkel",
        "French": "homme hommes masculin masculine père pères fils frère frères mari garçon garçons monsieur"
        " grand-père oncle",
        "Spanish": "hombre hombres masculino masculina padre padres hijo hijos hermano hermanos esposo marido niño"
        " niños señor señores sr abuelo tío",
    },
    "older people": {
        "English": "elderly seniors pensioner pensioners retired retiree retirees geriatric",
        "German": "senioren seniorin seniorinnen rentner rentnerin rentnerinnen ältere älteren älterer"
        " pensionär pensionäre hochbetagt hochbetagte",
        "French": "âgé âgée âgés âgées aîné aînés seniors retraité retraitée retraités",
        "Spanish": "anciano anciana ancianos ancianas jubilado jubilada jubilados jubiladas pensionista pensionistas",
    },
    "children and young people": {
        "English": "child children kid kids baby babies infant infants toddler toddlers teen teens teenager teenagers"
        " adolescent adolescents youth pupil pupils",
        "German": "kind kinder kindern kindes baby babys säugling säuglinge kleinkind kleinkinder jugendliche"
        " jugendlichen jugendlicher teenager minderjährig minderjährige minderjährigen schüler schülerin schülerinnen",
        "French": "enfant enfants bébé bébés nourrisson nourrissons adolescent adolescente adolescents"
        " jeune jeunes élève élèves",
        "Spanish": "bebé bebés lactante lactantes adolescente adolescentes joven jóvenes alumno alumnos infantil",
    },
    "origin and nationality": {
        "English": "immigrant immigrants migrant migrants refugee refugees foreigner foreigners asylum expat expats"
        " african africans american americans arab arabs asian asians british chinese european europeans french german"
        " germans hispanic indian indians italian italians japanese korean latino latina mexican mexicans nigerian"
        " pakistani romanian russian russians spanish syrian syrians turkish ukrainian ukrainians",
        "German": "migrant migranten migrantin einwanderer flüchtling flüchtlinge flüchtlingen geflüchtete ausländer"
        " ausländerin ausländische ausländischen asyl asylbewerber afrikaner afrikanisch amerikaner araber arabisch"
        " asiatisch chinesen chinesisch deutsche deutscher franzose franzosen französisch inder italiener italienisch"
        " polen pole polnisch rumäne rumänen rumänisch russe russen russisch syrer syrisch türke türken türkisch"
        " ukrainer ukrainisch sinti",
        "French": "immigré immigrés immigrée migrant migrants réfugié réfugiés réfugiée étranger étrangers étrangère"
        " asile africain africaine africains américain américains arabe arabes asiatique chinois chinoise européen"
        " européens français française allemand allemands espagnol italien italiens japonais polonais roumain"
        " roumains russe russes syrien syriens turc turcs ukrainien ukrainiens maghrébin algérien marocain tunisien",
        "Spanish": "inmigrante inmigrantes migrante migrantes refugiado refugiados refugiada extranjero extranjeros"
        " extranjera asilo africano africanos americano americanos árabe árabes asiático chino chinos europeo europeos"
        " español españoles española francés alemán alemanes italiano japonés latino latina mexicano mexicanos polaco"
        " rumano rumanos ruso rusos sirio turco ucraniano ucranianos marroquí marroquíes gitano gitanos",
    },
    "religion": {
        "English": "muslim muslims islamic christian christians catholic catholics protestant jew jews jewish hindu"
        " hindus buddhist buddhists sikh sikhs atheist atheists religious",
        "German": "muslim muslime muslima muslimisch muslimische islamisch christ christen christlich christliche"
        " katholisch katholiken evangelisch protestantisch jude juden jüdin jüdisch jüdische hindu hindus buddhist"
        " buddhisten atheist atheisten religiös religiöse",
        "French": "musulman musulmans musulmane islamique chrétien chrétiens chrétienne catholique catholiques"
        " protestant protestants juif juifs juive hindou hindous bouddhiste bouddhistes athée athées religieux",
        "Spanish": "musulmán musulmanes musulmana islámico cristiano cristianos cristiana católico católicos católica"
        " protestante protestantes judío judíos judía hindú budista budistas ateo ateos religioso religiosa",
    },
    "disability and illness": {
        "English": "disabled disability disabilities handicapped wheelchair blind deaf autistic autism dementia"
        " epilepsy epileptic paralysed paralyzed depression depressed bipolar schizophrenia",
        "German": "behindert behinderte behinderten behinderung behinderungen schwerbehindert schwerbehinderte"
        " rollstuhl rollstuhlfahrer blinde blinden gehörlos gehörlose autist autistisch autismus demenz dement"
        " epilepsie depression depressiv schizophrenie",
        "French": "handicap handicapé handicapée handicapés invalide invalidité aveugle aveugles sourd sourds sourde"
        " autiste autistes autisme démence épilepsie dépression dépressif schizophrénie",
        "Spanish": "discapacidad discapacitado discapacitada discapacitados minusválido invalidez ciego ciegos ciega"
        " sordo sordos sorda autista autistas autismo demencia epilepsia depresión depresivo esquizofrenia",
    },
    "gender identity and orientation": {
        "English": "gay gays lesbian lesbians bisexual homosexual homosexuals transgender transsexual queer nonbinary"
        " lgbt lgbtq",
        "German": "schwul schwule schwulen lesbisch lesbe lesben bisexuell homosexuell homosexuelle transgender"
        " transsexuell queer nichtbinär lgbt lgbtq",
        "French": "gay gays lesbienne lesbiennes bisexuel bisexuelle homosexuel homosexuelle homosexuels transgenre"
        " transsexuel queer lgbt lgbtq",
        "Spanish": "gay gays lesbiana lesbianas bisexual homosexual homosexuales transgénero transexual queer lgbt"
        " lgbtq",
    },
}
