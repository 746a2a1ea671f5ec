"""The local server for other applications: an endpoint in OpenAI's form over the versions that were taught here.

Knows the services and FastAPI, neither the page nor torch. It listens on this computer alone and asks for a key.
"""
