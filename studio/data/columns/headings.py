"""Headings that people use, in many languages, and what each usually holds."""

import re
import unicodedata

NAMES: dict[str, tuple[str, ...]] = {
    "question": (
        "question", "questions", "prompt", "instruction", "instructions", "query", "user query", "input", "user",
        "human", "request", "source", "utterance", "user message", "customer message", "customer", "ask", "problem",
        "inquiry", "enquiry", "title question", "faq", "q", "question text", "user input", "prompt text", "message",
        "text", "full text", "sentence", "review", "email", "ticket", "description", "subject", "issue", "complaint",
        "frage", "fragen", "anfrage", "eingabe", "kundenfrage", "nachricht", "beschreibung",
        "pregunta", "preguntas", "consulta", "entrada", "mensaje", "texto",
        "demande", "requete", "texte", "pergunta", "perguntas", "domanda", "domande", "richiesta", "testo",
        "vraag", "vragen", "fråga", "frågor", "spørgsmål", "sporgsmal", "spørsmål", "sporsmal", "kysymys",
        "pytanie", "pytania", "otázka", "otazka", "otázky", "kérdés", "kerdes", "întrebare", "intrebare", "soru",
        "sorular", "вопрос", "вопросы", "запрос", "питання", "запитання", "въпрос", "ερώτηση", "ερωτηση",
        "pitanje", "vprašanje", "vprasanje", "klausimas", "klausimai", "jautājums", "küsimus",
        "سؤال", "السؤال", "الأسئلة", "پرسش", "سوال", "שאלה", "प्रश्न", "सवाल", "প্রশ্ন", "คำถาม", "câu hỏi", "cau hoi",
        "pertanyaan", "soalan", "问题", "問題", "提问", "问", "質問", "質問文", "問い", "질문", "문의", "指令", "输入",
    ),
    "answer": (
        "answer", "answers", "response", "responses", "reply", "replies", "completion", "output", "target", "assistant",
        "bot", "agent", "agent reply", "agent response", "solution", "label", "category", "intent", "class",
        "sentiment",
        "gold", "expected", "expected answer", "expected output", "a", "answer text", "right answer",
        "reference answer",
        "chosen", "result", "resolution", "summary", "translation", "sql", "code", "gpt", "chatgpt response", "labels",
        "antwort", "antworten", "ausgabe", "loesung", "lösung", "kategorie", "ergebnis",
        "respuesta", "respuestas", "salida", "categoria", "categoría", "reponse", "réponse", "reponses", "réponses",
        "resposta", "respostas", "risposta", "risposte", "antwoord", "antwoorden", "svar", "vastaus",
        "odpowiedź", "odpowiedz", "odpověď", "odpoved", "odpoveď", "válasz", "valasz", "răspuns", "raspuns", "cevap",
        "yanıt", "yanit", "cevaplar", "ответ", "ответы", "відповідь", "отговор", "απάντηση", "απαντηση",
        "odgovor", "atsakymas", "atsakymai", "atbilde", "vastus",
        "جواب", "الجواب", "إجابة", "الإجابة", "اجابة", "پاسخ", "תשובה", "उत्तर", "जवाब", "উত্তর", "คำตอบ",
        "câu trả lời", "tra loi", "trả lời", "jawaban", "jawapan", "答案", "回答", "答", "回复", "回覆", "答え", "答复",
        "답변", "응답", "대답", "输出", "回答文",
    ),
    "context": (
        "context", "passage", "background", "knowledge", "document text", "article", "paragraph", "evidence", "kontext",
        "contexto", "contexte", "contesto", "контекст", "上下文", "背景", "文脈", "맥락",
    ),
    "system": ("system", "system prompt", "system message", "systemprompt", "persona", "role prompt"),
    "group": (
        "group", "customer id", "client id", "document id", "doc id", "conversation id", "thread id", "session id",
        "ticket id", "case id", "patient id", "kunde id", "kundennummer", "gruppe", "dialog id", "document", "thread",
    ),
    "part": ("split", "part", "subset", "partition", "fold", "set", "data split"),
}  # fmt: skip

PART_NAMES = {
    "train": "train", "training": "train", "learn": "train",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
    "test": "exam", "testing": "exam", "exam": "exam", "eval": "exam", "holdout": "exam", "held out": "exam",
}  # fmt: skip


OURS = frozenset({"we", "our", "ours", "us", "wir", "unser", "unsere"})
WRITING = frozenset({"wrote", "written", "said", "sent", "text", "message", "mail", "email", "letter", "note", "words",
                     "nachricht", "schrieben", "geschrieben"})  # fmt: skip
ASKING = frozenset(
    {"wrote", "asked", "asks", "writes", "mail", "mails", "letter", "schrieben", "geschrieben", "gefragt"}
)
ANSWERING = frozenset({"answered", "replied", "responded", "answering", "geantwortet", "antworteten"})
ABOUT_IT = ("by", "on", "at", "date", "time")  # “Answered by” is who, “Reply date” when


def plain(heading: str) -> str:
    """The heading as it is compared: no case, no accents' form, signs as spaces, numbers at its end gone."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", heading)).casefold()
    words = re.sub(r"[\s_\-:.;#*/\\()\[\]{}\"'?!]+", " ", words).strip()
    return re.sub(r"\s*\d+$", "", words) or words


def rank(heading: str, role: str) -> int | None:
    """The place of this heading in the role's list (0 says it best); None when it is no name for this role.

    A heading that only begins or ends with a name (“customer question (EN)”) ranks behind all exact names.
    """
    said = plain(heading)
    if not said:
        return None
    names = NAMES[role]
    if said in names:
        return names.index(said)
    if len(said) > 60:
        return None
    listed = said.split()
    if listed[-1] in ABOUT_IT and len(listed) > 1:
        return None
    words = set(listed)
    ours = bool(words & OURS)
    for place, known in enumerate(names):
        if role == "question" and ours and known in WRITING:
            continue  # “Our message” is the answer
        if (len(known) > 3 or not known.isascii()) and (known in words or (" " in known and known in said)):
            return 200 + place
        if not known.isascii() and len(known) > 1 and known in said:
            return 300 + place
    if len(words) > 1 and tells_role(words, role):
        return 200 + len(names)
    return None


def tells_role(words: set[str], role: str) -> bool:
    """“What they wrote” is a question and “What we wrote” an answer: by the verb, and by who is meant."""
    if role == "question":
        return bool(words & ASKING) and not words & OURS and not words & ANSWERING
    return role == "answer" and bool(words & ANSWERING or (words & OURS and words & WRITING))


def is_known_header(cell: str) -> bool:
    """Whether this cell by itself reads like the heading of a question, answer or helper column."""
    cell = cell.strip().lstrip("\ufeff")
    if not cell or len(cell) > 60 or cell[0] in "[{":
        return False
    return any((place := rank(cell, role)) is not None and place < 200 for role in NAMES)
