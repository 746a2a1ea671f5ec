"""What leaves the studio: folders that were opened and compared before they are called ready.

Pages and programs that go with them are written here; weights are written and compared by the engine.
"""
