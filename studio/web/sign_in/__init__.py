"""Small pages of our own about people: signing in, one's account, and who may sign in. They need no script.

The guard decides who may ask for them; what a person types is checked here and again by the service.
"""
