"""Who works here: accounts, sign-ins, and what became of them.

One person on her own computer has none of this, and no module of this folder is imported on her way but `identity`.
"""
