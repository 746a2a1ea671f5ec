"""Where rows lie in a document."""

from studio.data.formats.json_shapes import rows_within


def test_a_web_pages_questions_are_read_with_their_accepted_answers() -> None:
    asked = {"@type": "Question", "name": "Is there a crane?", "acceptedAnswer": {"@type": "Answer", "text": "Two."}}
    several = asked | {"acceptedAnswer": [{"@type": "Answer", "text": "One."}]}
    rows, _ = rows_within({"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": [asked, several]}, "f")
    assert rows == [{"question": "Is there a crane?", "answer": said} for said in ("Two.", "One.")]
