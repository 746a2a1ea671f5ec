"""Learning from what people preferred: pairs of replies by DPO, replies with a thumb by KTO, as TRL does them.

Imported late, but for the tokens of judgements: the other modules import the heavy libraries.
"""
