"""What people preferred, as tables hold it: pairs of a better and a worse reply, and replies with a thumb up or down.

Rows become judgements here, each that does not is counted with its reason, and the checks of such rows stand here, too.
"""
