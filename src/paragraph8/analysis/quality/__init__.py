"""Which reports contradict themselves, each other or the map, and where are there none?"""
