"""The Report tab: exam questions, the exam and its report. Imports `services.evaluation` and the page's own parts."""
