"""All words that a person reads: one folder for each language, one file of templates for each subject.

Page, command line and printed report fill the same templates with facts. It imports nothing else of the studio.
"""
