"""Questions without answers: the screen of distillation, on which a teacher answers and a person looks at a sample.

Imports the page's own parts and the services behind them.
"""
